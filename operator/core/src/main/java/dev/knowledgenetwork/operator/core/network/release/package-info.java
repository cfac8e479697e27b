/**
 * How a network gets from one release to the next: the migration of the schema, then the workload.
 */
@NullMarked
package dev.knowledgenetwork.operator.core.network.release;

import org.jspecify.annotations.NullMarked;
