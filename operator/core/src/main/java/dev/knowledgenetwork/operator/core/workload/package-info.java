/**
 * What pods and their traffic look like in all kinds, what they were given last and when they get
 * something newer, and the rules of quantities and addresses.
 */
@NullMarked
package dev.knowledgenetwork.operator.core.workload;

import org.jspecify.annotations.NullMarked;
