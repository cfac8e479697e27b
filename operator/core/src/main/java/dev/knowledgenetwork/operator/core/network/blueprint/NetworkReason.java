package dev.knowledgenetwork.operator.core.network.blueprint;

import dev.knowledgenetwork.operator.core.plan.Reason;

/** Reasons of a KnowledgeNetwork's conditions. */
public enum NetworkReason implements Reason {
  PENDING,
  READY,
  CREATING,
  APPLYING,
  SHARD_SET_MISSING,
  SHARD_SET_NOT_READY,
  CACHE_TIER_MISSING,
  CACHE_TIER_NOT_READY,
  WAITING_FOR_SHARDS,
  WAITING_FOR_CACHE,
  MIGRATING,
  MIGRATED,
  MIGRATION_FAILED,
  ROLLING,
  ROLL_STUCK,
  AVAILABLE,
  UNAVAILABLE,
  ADDRESS_PENDING,
  SHARDS_DEGRADED,
  CACHE_DEGRADED,
  SERVICE_MONITOR_MISSING,
  PROFILE_OUT_OF_REACH,
  UNKNOWN_REVISION,
  POOLERS_EXCEEDED,
  NOTHING_MISSING
}
