/** Rules that hold over all modules, and their reasons. */
@NullMarked
package dev.knowledgenetwork.architecture;

import org.jspecify.annotations.NullMarked;
