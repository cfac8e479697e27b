/** The topology document, its publication, and what the databases know of it. */
@NullMarked
package dev.knowledgenetwork.operator.core.shardset.topology;

import org.jspecify.annotations.NullMarked;
