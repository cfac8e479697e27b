/** Documents: their fields, rules and tables. The platform stores, caches and serves them. */
@NullMarked
package dev.knowledgenetwork.documents;

import org.jspecify.annotations.NullMarked;
