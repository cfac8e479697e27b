/** An issuer of tokens for tests. */
@NullMarked
package dev.knowledgenetwork.web.testing;

import org.jspecify.annotations.NullMarked;
