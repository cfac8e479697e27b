/** The ShardSet and the CacheTier that a network stands on. */
@NullMarked
package dev.knowledgenetwork.operator.core.network.dependency;

import org.jspecify.annotations.NullMarked;
