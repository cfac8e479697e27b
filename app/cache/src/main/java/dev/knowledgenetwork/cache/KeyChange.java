package dev.knowledgenetwork.cache;

import java.time.Duration;

/**
 * Somebody changed a value.
 *
 * @param dataClass its class
 * @param tenant its owner
 * @param id which one
 * @param version that it has since; of a deletion: of the last one
 * @param kind what happened
 */
public record KeyChange(String dataClass, String tenant, String id, long version, Kind kind) {

  /** What may happen to a value. */
  public enum Kind {
    UPDATED,
    DELETED,
    /** It may or may not have changed; the version says nothing. */
    UNCERTAIN
  }

  /** How long nothing is stored after an uncertain change: longer than any load may take. */
  static final Duration QUARANTINE = Duration.ofSeconds(6);

  CacheKey key() {
    return new CacheKey(dataClass, tenant, id);
  }

  /** Versions below this one are void. An id never comes back, so a deletion voids them all. */
  long floor() {
    return switch (kind) {
      case UPDATED -> version;
      case DELETED, UNCERTAIN -> Long.MAX_VALUE;
    };
  }

  /** How long the floor is remembered. */
  Duration memory(CachePolicy policy) {
    return kind == Kind.UNCERTAIN ? QUARANTINE : policy.ttl(dataClass);
  }
}
