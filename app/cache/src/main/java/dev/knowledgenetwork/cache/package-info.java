/**
 * Two cache tiers in front of the documents: Caffeine in the process (L1), Valkey or Redis behind
 * it (L2), kept together by versioned values and an invalidation channel.
 */
@NullMarked
package dev.knowledgenetwork.cache;

import org.jspecify.annotations.NullMarked;
