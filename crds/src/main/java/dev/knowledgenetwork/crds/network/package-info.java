/** The kind KnowledgeNetwork: the application and what it stands on. */
@NullMarked
package dev.knowledgenetwork.crds.network;

import org.jspecify.annotations.NullMarked;
