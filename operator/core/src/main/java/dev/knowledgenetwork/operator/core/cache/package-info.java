/** Validation, plan and status of a CacheTier. */
@NullMarked
package dev.knowledgenetwork.operator.core.cache;

import org.jspecify.annotations.NullMarked;
