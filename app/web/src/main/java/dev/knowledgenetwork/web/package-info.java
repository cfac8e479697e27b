/**
 * What all REST resources share: who calls and what that permits, bodies, parameters, cursors,
 * entity tags and problem documents. Knows JAX-RS and no resource, server or database.
 */
@NullMarked
package dev.knowledgenetwork.web;

import org.jspecify.annotations.NullMarked;
