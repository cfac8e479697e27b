/**
 * Clients of databases, Patroni and caches: the only place that opens a socket beside the API
 * server's client.
 */
@NullMarked
package dev.knowledgenetwork.operator.runtime.connect;

import org.jspecify.annotations.NullMarked;
