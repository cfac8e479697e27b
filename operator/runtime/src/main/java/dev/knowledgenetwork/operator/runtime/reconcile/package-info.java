/** The three reconcilers and the shape that they share. */
@NullMarked
package dev.knowledgenetwork.operator.runtime.reconcile;

import org.jspecify.annotations.NullMarked;
