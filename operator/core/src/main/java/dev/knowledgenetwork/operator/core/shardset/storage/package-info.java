/** How full the volumes of a ShardSet are, before that is an outage. */
@NullMarked
package dev.knowledgenetwork.operator.core.shardset.storage;

import org.jspecify.annotations.NullMarked;
