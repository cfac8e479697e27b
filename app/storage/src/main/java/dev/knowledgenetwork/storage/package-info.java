/** Router, fence, pools, repositories and migrations: documents in sharded PostgreSQL. */
@NullMarked
package dev.knowledgenetwork.storage;

import org.jspecify.annotations.NullMarked;
