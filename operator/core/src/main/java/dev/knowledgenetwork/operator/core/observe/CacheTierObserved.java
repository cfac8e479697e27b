package dev.knowledgenetwork.operator.core.observe;

import java.util.Optional;

/**
 * All that a CacheTier's plan and status depend on.
 *
 * @param probe what the cache answered lately; empty before the first answer or while it is silent
 * @param authentication keys of the external Secret that was referred to, where it exists
 */
public record CacheTierObserved(
    Children children, Optional<CacheProbe> probe, Optional<ExternalSecret> authentication) {

  /**
   * The cache answered PING as the client user.
   *
   * @param usedMemoryPercent of its limit, rounded down to 10 so that it does not change at rest
   */
  public record CacheProbe(int usedMemoryPercent) {}

  /** Which keys a user's Secret has; never their values. */
  public record ExternalSecret(java.util.Set<String> keys) {}
}
