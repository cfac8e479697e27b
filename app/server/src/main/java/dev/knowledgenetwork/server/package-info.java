/** Assembles the application: one program, four roles. */
@NullMarked
package dev.knowledgenetwork.server;

import org.jspecify.annotations.NullMarked;
