/** What a network can have beyond its roles, a class each. */
@NullMarked
package dev.knowledgenetwork.operator.core.network.feature;

import org.jspecify.annotations.NullMarked;
