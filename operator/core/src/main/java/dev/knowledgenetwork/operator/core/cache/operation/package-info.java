/** Long or disruptive work at a cache. */
@NullMarked
package dev.knowledgenetwork.operator.core.cache.operation;

import org.jspecify.annotations.NullMarked;
