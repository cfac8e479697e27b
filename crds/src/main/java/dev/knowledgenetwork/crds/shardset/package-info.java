/** The kind ShardSet: sharded PostgreSQL. */
@NullMarked
package dev.knowledgenetwork.crds.shardset;

import org.jspecify.annotations.NullMarked;
