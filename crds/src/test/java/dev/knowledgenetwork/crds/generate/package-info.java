/** Makes the CRDs from the Java types, and proves that the committed ones are fresh and sound. */
@NullMarked
package dev.knowledgenetwork.crds.generate;

import org.jspecify.annotations.NullMarked;
