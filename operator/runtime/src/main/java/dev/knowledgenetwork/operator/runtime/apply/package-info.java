/** Brings the cluster to the plan with as few writes as possible: none when it is there. */
@NullMarked
package dev.knowledgenetwork.operator.runtime.apply;

import org.jspecify.annotations.NullMarked;
