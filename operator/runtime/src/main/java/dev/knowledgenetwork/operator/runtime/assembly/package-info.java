/** Puts the operator together and starts it. */
@NullMarked
package dev.knowledgenetwork.operator.runtime.assembly;

import org.jspecify.annotations.NullMarked;
