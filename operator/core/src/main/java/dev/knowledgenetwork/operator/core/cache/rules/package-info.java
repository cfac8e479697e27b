/** What the spec of a CacheTier must fulfil, beyond its schema. */
@NullMarked
package dev.knowledgenetwork.operator.core.cache.rules;

import org.jspecify.annotations.NullMarked;
