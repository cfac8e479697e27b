/** Tells people and machines: events, metrics. */
@NullMarked
package dev.knowledgenetwork.operator.runtime.report;

import org.jspecify.annotations.NullMarked;
