/** Tables, generated from the migrations: docs/architecture.md says how. */
@NullMarked
package dev.knowledgenetwork.documents.tables;

import org.jspecify.annotations.NullMarked;
