package dev.knowledgenetwork.operator.core.network;

import dev.knowledgenetwork.operator.core.kind.Reason;

/** Reasons of a KnowledgeNetwork's conditions, apart from those that a dependency gives. */
enum NetworkReason implements Reason {
  PENDING,
  PAUSED,
  READY,
  SETTLED,
  CREATING,
  APPLYING,
  WAITING_FOR_SHARDS,
  WAITING_FOR_CACHE,
  WAITING_FOR_SCHEMA,
  MIGRATING,
  MIGRATED,
  MIGRATION_FAILED,
  ROLLING,
  ROLL_STUCK,
  AVAILABLE,
  UNAVAILABLE,
  ADDRESS_PENDING,
  INVALID_SPEC,
  SHARDS_DEGRADED,
  CACHE_DEGRADED,
  VALID,
  WHOLE,
  NOTHING_MISSING
}
