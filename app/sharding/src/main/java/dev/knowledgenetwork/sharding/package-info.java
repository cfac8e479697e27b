/**
 * Any SQL on any table of the shards: router, fence, pools, transactions, retries, migrations.
 * Knows no resource and no framework.
 */
@NullMarked
package dev.knowledgenetwork.sharding;

import org.jspecify.annotations.NullMarked;
