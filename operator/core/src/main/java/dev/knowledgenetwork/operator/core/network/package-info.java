/**
 * Plan and status of a KnowledgeNetwork. The entry points are here; each concern of a network has a
 * package of its own below.
 */
@NullMarked
package dev.knowledgenetwork.operator.core.network;

import org.jspecify.annotations.NullMarked;
