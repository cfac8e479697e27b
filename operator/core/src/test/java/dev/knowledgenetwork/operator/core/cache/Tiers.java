package dev.knowledgenetwork.operator.core.cache;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierSpec;
import dev.knowledgenetwork.crds.cachetier.ExternalCache;
import dev.knowledgenetwork.crds.cachetier.L2;
import dev.knowledgenetwork.crds.common.LocalReference;
import dev.knowledgenetwork.operator.core.cache.engine.CacheView;
import dev.knowledgenetwork.operator.core.cache.engine.CacheView.Consent;
import dev.knowledgenetwork.operator.core.cache.engine.CacheView.ExternalSecret;
import dev.knowledgenetwork.operator.core.cache.engine.CacheView.Probe;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Facts;
import dev.knowledgenetwork.operator.core.kind.FakeMint;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Passes;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Plan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** CacheTiers and what is seen of them, for tests. */
public final class Tiers {

  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final CacheTierKind KIND =
      new CacheTierKind(new Images("postgres:1", "pooler:1", "valkey:1", "app:1"));

  /** What the operator has minted for a cache of its own. */
  static final List<HasMetadata> SECRETS =
      FakeMint.settled("", children -> Passes.plan(KIND, tier(), Observed.of(children, NOW)))
          .objects();

  static final Seen NOTHING = seen(List.of(), Optional.empty(), Optional.empty());

  private Tiers() {}

  public static CacheTier tier(CacheTierSpec spec) {
    CacheTier tier = new CacheTier();
    tier.setMetadata(
        new ObjectMetaBuilder()
            .withName("kn")
            .withNamespace("demo")
            .withUid("uid-of-tier")
            .withGeneration(1L)
            .build());
    tier.setSpec(spec);
    return tier;
  }

  /** A spec as people write it. */
  public static CacheTierSpec spec(String yaml) {
    return Serialization.unmarshal("spec:\n" + yaml.indent(2), CacheTier.class).getSpec();
  }

  public static CacheTier tier() {
    return tier(CacheTierSpec.defaults());
  }

  public static CacheTier tier(L2 l2) {
    CacheTierSpec d = CacheTierSpec.defaults();
    return tier(
        new CacheTierSpec(
            d.l1(),
            l2,
            d.defaultTtl(),
            d.version(),
            d.dataClasses(),
            d.placement(),
            d.maintenance(),
            List.of(),
            null,
            Map.of(),
            Map.of(),
            Map.of()));
  }

  static CacheTier external(boolean tls, String... endpoints) {
    L2 d = L2.defaults();
    return tier(
        new L2(
            d.engine(),
            d.mode(),
            null,
            null,
            null,
            d.resources(),
            new ExternalCache(List.of(endpoints), tls, new LocalReference("my-redis"))));
  }

  /**
   * What is seen around a tier.
   *
   * @param children what runs
   * @param view what its cache, and the Secret for it, tell
   */
  record Seen(Children children, CacheView view) {

    Observed of(CacheTier tier) {
      return Observed.of(children, NOW)
          .with(Facts.none().with(CacheView.FACT, CacheView.target(tier), view, NOW));
    }
  }

  private static Seen seen(
      List<StatefulSet> children, Optional<Probe> probe, Optional<ExternalSecret> secret) {
    return seen(children, new CacheView(probe, Optional.empty(), secret));
  }

  private static Seen seen(List<StatefulSet> children, CacheView view) {
    List<HasMetadata> all = new ArrayList<>(SECRETS);
    all.addAll(children);
    return new Seen(new Children(all), view);
  }

  static Plan plan(CacheTier tier, Seen seen) {
    return Passes.plan(KIND, tier, seen.of(tier));
  }

  /** The pod runs the newest revision; {@code ready} of it. */
  static StatefulSet live(CacheTier tier, int ready) {
    return live(tier, NOTHING.children(), ready);
  }

  /** The same with other Secrets. */
  static StatefulSet live(CacheTier tier, Children secrets, int ready) {
    StatefulSet planned =
        plan(tier, new Seen(secrets, NOTHING.view())).resources().stream()
            .filter(StatefulSet.class::isInstance)
            .map(StatefulSet.class::cast)
            .findFirst()
            .orElseThrow();
    return new StatefulSetBuilder(planned)
        .editMetadata()
        .withGeneration(1L)
        .addToAnnotations(Annotations.DESIRED_HASH, Hash.of(planned))
        .endMetadata()
        .withNewStatus()
        .withObservedGeneration(1L)
        .withReadyReplicas(ready)
        .withCurrentRevision("a")
        .withUpdateRevision("a")
        .endStatus()
        .build();
  }

  static Seen seen(StatefulSet live, int usedPercent) {
    return seen(List.of(live), Optional.of(probe(usedPercent)), Optional.empty());
  }

  static Probe probe(int usedPercent) {
    return new Probe(OptionalInt.of(usedPercent));
  }

  static Seen silent(StatefulSet live) {
    return seen(List.of(live), Optional.empty(), Optional.empty());
  }

  /** The cache answers, and does not let the client user in. */
  static Seen refusing(StatefulSet live, String words) {
    return seen(
        List.of(live), new CacheView(Optional.empty(), Optional.of(words), Optional.empty()));
  }

  /** A user's cache does not let the user of their Secret in. */
  static Seen refusing(String words, String... keys) {
    return seen(List.of(), new CacheView(Optional.empty(), Optional.of(words), secret(keys)));
  }

  /** A user's Secret with these keys; the cache does not answer. */
  static Seen keys(String... keys) {
    return seen(List.of(), Optional.empty(), secret(keys));
  }

  /** The user's cache answers, with a Secret that has these keys. */
  static Seen answering(String... keys) {
    return answering(new Probe(OptionalInt.empty()), keys);
  }

  static Seen answering(Probe probe, String... keys) {
    return seen(List.of(), Optional.of(probe), secret(keys));
  }

  /** The reference names a Secret that the operator made. */
  static Seen ours() {
    return secret(new ExternalSecret("my-redis", Set.of(), Consent.OURS));
  }

  /** A Secret was read, and the cache does not answer. */
  static Seen secret(ExternalSecret secret) {
    return seen(List.of(), Optional.empty(), Optional.of(secret));
  }

  private static Optional<ExternalSecret> secret(String... keys) {
    return Optional.of(new ExternalSecret("my-redis", Set.of(keys), Consent.GIVEN));
  }
}
