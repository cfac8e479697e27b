/**
 * What has not started anywhere harmless reaches no pod that matters: how a recipe is tried before
 * it is applied, in all kinds.
 */
@NullMarked
package dev.knowledgenetwork.operator.core.trial;

import org.jspecify.annotations.NullMarked;
