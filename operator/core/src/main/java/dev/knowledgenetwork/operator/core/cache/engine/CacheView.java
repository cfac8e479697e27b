package dev.knowledgenetwork.operator.core.cache.engine;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.ExternalCache;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.kind.Facts;
import dev.knowledgenetwork.operator.core.plan.Target;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What was learnt of a cache in one go.
 *
 * @param probe its answer as to the client user; empty while it does not answer
 * @param refusal its own words, where it answers and does not let that user in
 * @param secret the external Secret that was referred to, where it exists
 */
public record CacheView(
    Optional<Probe> probe, Optional<String> refusal, Optional<ExternalSecret> secret) {

  /** Asked of every cache. */
  public static final Fact<CacheView> FACT = new Fact<>("cache", CacheView.class);

  private static final CacheView UNKNOWN =
      new CacheView(Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * The cache answered PING as the client user.
   *
   * @param usedMemoryPercent of its limit, rounded down to 10 so that it does not change at rest;
   *     empty where its user may not ask
   */
  public record Probe(OptionalInt usedMemoryPercent) {}

  /**
   * Which keys a Secret has that was referred to; never their values.
   *
   * @param name of the Secret: the reference may have changed since it was read
   * @param keys of one that may be used; none are told of any other
   */
  public record ExternalSecret(String name, Set<String> keys, Consent consent) {}

  /** Whether what a Secret holds may be sent to a cache outside. */
  public enum Consent {
    /** It has the label that says so. */
    GIVEN,
    /** Nobody said so, and whoever named it may not be allowed to read it. */
    MISSING,
    /** The operator made it: never. */
    OURS
  }

  /** What is known of the cache that a tier has now. */
  public static CacheView of(CacheTier tier, Facts facts) {
    return facts.of(FACT, target(tier)).orElse(UNKNOWN);
  }

  /** The cache that a tier has now. What one answered is not believed of the next. */
  public static Target target(CacheTier tier) {
    ExternalCache external = tier.getSpec().l2().external();
    return new Target(
        "CacheTier",
        tier.getMetadata().getNamespace(),
        tier.getMetadata().getName(),
        external == null
            ? "valkey"
            : external.endpoints().stream().findFirst().orElse("")
                + (external.tls() ? " with TLS as " : " as ")
                + external.secretRef().name());
  }
}
