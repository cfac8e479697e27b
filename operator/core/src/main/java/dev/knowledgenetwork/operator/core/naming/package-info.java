/** Names, labels, annotations, metadata and hashes of everything that the operator makes. */
@NullMarked
package dev.knowledgenetwork.operator.core.naming;

import org.jspecify.annotations.NullMarked;
