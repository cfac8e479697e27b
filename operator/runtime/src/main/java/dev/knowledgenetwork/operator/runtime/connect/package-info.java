/**
 * Clients of databases, Patroni, caches and applications, and what listens to the watches of the
 * API server's client: the only place that opens a socket beside that client.
 */
@NullMarked
package dev.knowledgenetwork.operator.runtime.connect;

import org.jspecify.annotations.NullMarked;
