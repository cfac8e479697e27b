/**
 * What the kinds of the operator share: what was observed of the world, and standard conditions, as
 * values.
 */
@NullMarked
package dev.knowledgenetwork.operator.core.kind;

import org.jspecify.annotations.NullMarked;
