package dev.knowledgenetwork.operator.core.shardset.blueprint;

import dev.knowledgenetwork.operator.core.kind.Reason;

/** Reasons of a ShardSet's conditions. */
public enum ShardSetReason implements Reason {
  CREATING,
  READY,
  INVALID_SPEC,
  SHARDS_UNAVAILABLE,
  POOLER_UNAVAILABLE,
  INSTANCES_LOST,
  ROLLING,
  SCALING,
  PUBLISHED,
  PUBLISHING
}
