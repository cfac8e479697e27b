package dev.knowledgenetwork.operator.core.kind;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

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
   * @param usedMemoryPercent of its limit, rounded down to 10 so that it does not change at rest;
   *     empty where its user may not ask
   */
  public record CacheProbe(OptionalInt usedMemoryPercent) {}

  /**
   * Which keys a Secret has that was referred to; never their values.
   *
   * @param name of the Secret: the reference may have changed since it was read
   * @param keys of a user's Secret; none are told of the operator's
   * @param ours made by the operator, so it must not be used for a cache outside
   */
  public record ExternalSecret(String name, Set<String> keys, boolean ours) {}
}
