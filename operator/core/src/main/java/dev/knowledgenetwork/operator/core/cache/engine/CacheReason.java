package dev.knowledgenetwork.operator.core.cache.engine;

import dev.knowledgenetwork.operator.core.kind.Reason;

/** Reasons of a CacheTier's conditions. */
public enum CacheReason implements Reason {
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
