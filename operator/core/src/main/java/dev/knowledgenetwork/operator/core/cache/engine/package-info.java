/**
 * What answers the clients of a CacheTier: Valkey that the operator runs, or a cache of somebody
 * else.
 */
@NullMarked
package dev.knowledgenetwork.operator.core.cache.engine;

import org.jspecify.annotations.NullMarked;
