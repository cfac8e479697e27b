/** What the three kinds share. */
@NullMarked
package dev.knowledgenetwork.crds.common;

import org.jspecify.annotations.NullMarked;
