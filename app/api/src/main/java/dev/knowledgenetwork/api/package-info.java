/**
 * The REST interface {@code /api/v1}: resources, who may call them, cursors, entity tags and
 * problem documents. Knows the domain and JAX-RS, no server and no database.
 */
@NullMarked
package dev.knowledgenetwork.api;

import org.jspecify.annotations.NullMarked;
