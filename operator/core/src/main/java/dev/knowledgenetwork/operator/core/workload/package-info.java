/**
 * What pods and their traffic look like in all kinds, and the rules of quantities and addresses.
 */
@NullMarked
package dev.knowledgenetwork.operator.core.workload;

import org.jspecify.annotations.NullMarked;
