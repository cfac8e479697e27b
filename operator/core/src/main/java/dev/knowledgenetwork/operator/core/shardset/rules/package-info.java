/** What the spec of a ShardSet must fulfil, beyond its schema. */
@NullMarked
package dev.knowledgenetwork.operator.core.shardset.rules;

import org.jspecify.annotations.NullMarked;
