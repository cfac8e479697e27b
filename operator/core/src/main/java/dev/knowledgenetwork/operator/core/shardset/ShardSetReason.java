package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.operator.core.condition.Reason;

/** Reasons of a ShardSet's conditions. */
enum ShardSetReason implements Reason {
  CREATING,
  READY,
  PAUSED,
  INVALID_SPEC,
  SHARDS_UNAVAILABLE,
  POOLER_UNAVAILABLE,
  INSTANCES_LOST,
  ROLLING,
  SCALING,
  SETTLED,
  VALID,
  WHOLE,
  PUBLISHED,
  PUBLISHING
}
