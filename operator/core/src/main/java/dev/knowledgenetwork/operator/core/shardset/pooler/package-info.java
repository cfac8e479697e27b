/** The connection pooler in front of the shards. */
@NullMarked
package dev.knowledgenetwork.operator.core.shardset.pooler;

import org.jspecify.annotations.NullMarked;
