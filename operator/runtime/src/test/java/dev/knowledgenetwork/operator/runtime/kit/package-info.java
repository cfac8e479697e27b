/** Tests. */
@NullMarked
package dev.knowledgenetwork.operator.runtime.kit;

import org.jspecify.annotations.NullMarked;
