/** The identity of a ShardSet's data, and the Secrets that carry it. */
@NullMarked
package dev.knowledgenetwork.operator.core.shardset.identity;

import org.jspecify.annotations.NullMarked;
