/** What a reconciliation wants from the world: complete objects, secrets to mint once, actions. */
@NullMarked
package dev.knowledgenetwork.operator.core.plan;

import org.jspecify.annotations.NullMarked;
