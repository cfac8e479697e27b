/** Real parts for tests: a Redis server and the certificates to reach it. */
@NullMarked
package dev.knowledgenetwork.cache.testing;

import org.jspecify.annotations.NullMarked;
