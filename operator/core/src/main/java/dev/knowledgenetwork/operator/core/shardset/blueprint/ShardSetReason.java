package dev.knowledgenetwork.operator.core.shardset.blueprint;

import dev.knowledgenetwork.operator.core.plan.Reason;

/** Reasons of a ShardSet's conditions. */
public enum ShardSetReason implements Reason {
  CREATING,
  READY,
  SHARDS_UNAVAILABLE,
  WRITES_REFUSED,
  POOLER_UNAVAILABLE,
  INSTANCES_LOST,
  DATA_LOST,
  LAST_WRITES_AWAY,
  START_INTERRUPTED,
  DATA_FOUND,
  PARAMETER_NOT_ACCEPTED,
  FAILOVER_PAUSED,
  RIGHTS_RESTORED,
  ROLLING,
  SCALING,
  LOGIN_REFUSED,
  PASSWORD_UNUSABLE,
  ENOUGH,
  STORAGE_NEARLY_FULL,
  SETTINGS_TOO_LARGE,
  NOT_KNOWN,
  PUBLISHED,
  PUBLISHING,
  IDENTITY_MISMATCH
}
