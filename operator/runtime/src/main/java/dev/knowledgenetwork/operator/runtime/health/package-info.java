/** Liveness and readiness of the operator's process. */
@NullMarked
package dev.knowledgenetwork.operator.runtime.health;

import org.jspecify.annotations.NullMarked;
