/** An application of somebody else, which keeps its tables on the shards of a ShardSet. */
@NullMarked
package dev.knowledgenetwork.samples.inventory;

import org.jspecify.annotations.NullMarked;
