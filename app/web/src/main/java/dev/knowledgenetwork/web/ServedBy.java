package dev.knowledgenetwork.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The role whose processes answer for a resource; in all others its paths do not exist. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface ServedBy {

  /** The role. */
  ServerRole value();
}
