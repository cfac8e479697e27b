/**
 * Two cache tiers in front of whatever is slow to load: Caffeine in the process (L1), Valkey or
 * Redis behind it (L2), kept together by versioned values and an invalidation channel. Knows no
 * kind of resource by name.
 */
@NullMarked
package dev.knowledgenetwork.cache;

import org.jspecify.annotations.NullMarked;
