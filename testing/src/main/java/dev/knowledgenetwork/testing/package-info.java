/**
 * Property tests: statements that hold for whatever is drawn, with failures that can be replayed.
 */
@NullMarked
package dev.knowledgenetwork.testing;

import org.jspecify.annotations.NullMarked;
