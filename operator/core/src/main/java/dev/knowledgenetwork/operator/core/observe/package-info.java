/** What was seen of the world, as immutable values. */
@NullMarked
package dev.knowledgenetwork.operator.core.observe;

import org.jspecify.annotations.NullMarked;
