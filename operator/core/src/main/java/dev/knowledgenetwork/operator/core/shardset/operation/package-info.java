/** Long or disruptive work on a shard: each operation says what is due now and what has to wait. */
@NullMarked
package dev.knowledgenetwork.operator.core.shardset.operation;

import org.jspecify.annotations.NullMarked;
