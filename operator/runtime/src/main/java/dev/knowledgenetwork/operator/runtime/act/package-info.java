/** Runs the actions of a plan, off the reconcile threads. */
@NullMarked
package dev.knowledgenetwork.operator.runtime.act;

import org.jspecify.annotations.NullMarked;
