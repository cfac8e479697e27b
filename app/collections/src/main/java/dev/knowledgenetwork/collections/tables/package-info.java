/** Tables, generated from the migrations: docs/architecture.md says how. */
@NullMarked
package dev.knowledgenetwork.collections.tables;

import org.jspecify.annotations.NullMarked;
