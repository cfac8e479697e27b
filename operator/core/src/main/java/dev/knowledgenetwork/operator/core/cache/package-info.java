/** Plan and status of a CacheTier; its rules and its engines have packages of their own below. */
@NullMarked
package dev.knowledgenetwork.operator.core.cache;

import org.jspecify.annotations.NullMarked;
