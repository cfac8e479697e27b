/** The objects of one shard: StatefulSet, Services, access to the API, policies. */
@NullMarked
package dev.knowledgenetwork.operator.core.shardset.instance;

import org.jspecify.annotations.NullMarked;
