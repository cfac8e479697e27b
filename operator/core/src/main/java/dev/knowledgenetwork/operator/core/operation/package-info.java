/** Long or disruptive work: what it is, how it goes on step by step, what may go on beside what. */
@NullMarked
package dev.knowledgenetwork.operator.core.operation;

import org.jspecify.annotations.NullMarked;
