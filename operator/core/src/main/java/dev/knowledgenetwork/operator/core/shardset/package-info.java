/**
 * From the spec of a ShardSet to the objects, actions and status that follow from it. The entry
 * points are here; each concern of a ShardSet has a package of its own below.
 */
@NullMarked
package dev.knowledgenetwork.operator.core.shardset;

import org.jspecify.annotations.NullMarked;
