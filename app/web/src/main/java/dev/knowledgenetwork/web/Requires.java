package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.Permission;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a token must permit to call a method. Every method of a resource has one. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Requires {

  /** The permission. */
  Permission value();
}
