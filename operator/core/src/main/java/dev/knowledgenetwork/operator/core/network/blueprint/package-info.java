/**
 * What all templates of a network start from: names, labels, roles and the release that they run.
 */
@NullMarked
package dev.knowledgenetwork.operator.core.network.blueprint;

import org.jspecify.annotations.NullMarked;
