/** Asks databases and caches how they are, off the reconcile threads. */
@NullMarked
package dev.knowledgenetwork.operator.runtime.observe;

import org.jspecify.annotations.NullMarked;
