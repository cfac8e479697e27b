package dev.knowledgenetwork.operator.core.shardset.blueprint;

import dev.knowledgenetwork.operator.core.kind.Reason;

/** Reasons of a ShardSet's conditions. */
public enum ShardSetReason implements Reason {
  CREATING,
  READY,
  INVALID_SPEC,
  SHARDS_UNAVAILABLE,
  WRITES_REFUSED,
  POOLER_UNAVAILABLE,
  INSTANCES_LOST,
  PARAMETER_NOT_ACCEPTED,
  ROLLING,
  SCALING,
  ENOUGH,
  STORAGE_NEARLY_FULL,
  NOT_KNOWN,
  PUBLISHED,
  PUBLISHING
}
