/** All that was observed of a ShardSet, as one immutable value. */
@NullMarked
package dev.knowledgenetwork.operator.core.shardset.observe;

import org.jspecify.annotations.NullMarked;
