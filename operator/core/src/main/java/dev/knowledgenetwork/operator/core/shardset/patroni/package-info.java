/** Configuration of Patroni and PostgreSQL, and where what runs differs from it. */
@NullMarked
package dev.knowledgenetwork.operator.core.shardset.patroni;

import org.jspecify.annotations.NullMarked;
