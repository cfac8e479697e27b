/** Validation, plan and status of a KnowledgeNetwork. */
@NullMarked
package dev.knowledgenetwork.operator.core.network;

import org.jspecify.annotations.NullMarked;
