package dev.knowledgenetwork.operator.core.cache;

import dev.knowledgenetwork.operator.core.condition.Reason;

/** Reasons of a CacheTier's conditions. */
enum CacheReason implements Reason {
  PAUSED,
  READY,
  EXTERNAL,
  SETTLED,
  CREATING,
  ROLLING,
  STARTING,
  UNAVAILABLE,
  SILENT,
  SECRET_INCOMPLETE,
  VALID,
  WHOLE,
  ENOUGH,
  EVICTING,
  FULL,
  NOT_KNOWN
}
