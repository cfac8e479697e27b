/** From the spec of a ShardSet to the objects, actions and status that follow from it. */
@NullMarked
package dev.knowledgenetwork.operator.core.shardset;

import org.jspecify.annotations.NullMarked;
