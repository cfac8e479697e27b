/** Conditions as values. */
@NullMarked
package dev.knowledgenetwork.operator.core.condition;

import org.jspecify.annotations.NullMarked;
