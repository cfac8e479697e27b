/** Collections: what documents are filed in, as trees. */
@NullMarked
package dev.knowledgenetwork.collections;

import org.jspecify.annotations.NullMarked;
