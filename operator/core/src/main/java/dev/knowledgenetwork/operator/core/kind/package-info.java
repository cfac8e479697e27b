/** What a kind of object is: how it is observed, planned and judged. */
@NullMarked
package dev.knowledgenetwork.operator.core.kind;

import org.jspecify.annotations.NullMarked;
