package dev.knowledgenetwork.operator.core.cache.engine;

import dev.knowledgenetwork.operator.core.plan.Reason;

/** Reasons of a CacheTier's conditions. */
public enum CacheReason implements Reason {
  READY,
  EXTERNAL,
  CREATING,
  ROLLING,
  UNAVAILABLE,
  SILENT,
  LOGIN_REFUSED,
  SECRET_INCOMPLETE,
  ENOUGH,
  EVICTING,
  FULL,
  NOT_KNOWN
}
