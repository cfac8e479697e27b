/** What the spec of a KnowledgeNetwork must fulfil, beyond its schema. */
@NullMarked
package dev.knowledgenetwork.operator.core.network.rules;

import org.jspecify.annotations.NullMarked;
