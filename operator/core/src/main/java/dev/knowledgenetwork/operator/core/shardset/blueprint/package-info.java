/** What all templates of a ShardSet start from: names, labels, ports, sizes and reasons. */
@NullMarked
package dev.knowledgenetwork.operator.core.shardset.blueprint;

import org.jspecify.annotations.NullMarked;
