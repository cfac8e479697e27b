/** Parts of pods that templates of several kinds share. */
@NullMarked
package dev.knowledgenetwork.operator.core.pod;

import org.jspecify.annotations.NullMarked;
