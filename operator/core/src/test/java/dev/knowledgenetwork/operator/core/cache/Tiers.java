package dev.knowledgenetwork.operator.core.cache;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierSpec;
import dev.knowledgenetwork.crds.cachetier.ExternalCache;
import dev.knowledgenetwork.crds.cachetier.L2;
import dev.knowledgenetwork.crds.common.LocalReference;
import dev.knowledgenetwork.operator.core.kind.CacheTierObserved;
import dev.knowledgenetwork.operator.core.kind.CacheTierObserved.CacheProbe;
import dev.knowledgenetwork.operator.core.kind.CacheTierObserved.ExternalSecret;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Plan;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** CacheTiers and what is seen of them, for tests. */
public final class Tiers {

  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final Images IMAGES = new Images("postgres:1", "pooler:1", "valkey:1", "app:1");
  static final CacheTierObserved NOTHING =
      new CacheTierObserved(new Children(List.of()), Optional.empty(), Optional.empty());

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

  public static CacheTier tier() {
    return tier(CacheTierSpec.defaults());
  }

  public static CacheTier tier(L2 l2) {
    CacheTierSpec d = CacheTierSpec.defaults();
    return tier(
        new CacheTierSpec(d.l1(), l2, d.defaultTtl(), d.version(), d.dataClasses(), d.placement()));
  }

  static CacheTier external(boolean tls, String... endpoints) {
    L2 d = L2.defaults();
    return tier(
        new L2(
            d.engine(),
            d.mode(),
            null,
            null,
            new ExternalCache(List.of(endpoints), tls, new LocalReference("my-redis"))));
  }

  static Plan plan(CacheTier tier, CacheTierObserved observed) {
    return CacheTierPlanner.plan(tier, observed, IMAGES, NOW);
  }

  /** The pod runs the newest revision; {@code ready} of it. */
  static StatefulSet live(CacheTier tier, int ready) {
    StatefulSet planned =
        plan(tier, NOTHING).resources().stream()
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

  static CacheTierObserved seen(StatefulSet live, int usedPercent) {
    return new CacheTierObserved(
        new Children(List.of(live)), Optional.of(probe(usedPercent)), Optional.empty());
  }

  static CacheProbe probe(int usedPercent) {
    return new CacheProbe(OptionalInt.of(usedPercent));
  }

  static CacheTierObserved silent(StatefulSet live) {
    return new CacheTierObserved(new Children(List.of(live)), Optional.empty(), Optional.empty());
  }

  /** A user's Secret with these keys; the cache does not answer. */
  static CacheTierObserved keys(String... keys) {
    return new CacheTierObserved(
        new Children(List.of()),
        Optional.empty(),
        Optional.of(new ExternalSecret("my-redis", Set.of(keys), false)));
  }

  /** The user's cache answers, with a Secret that has these keys. */
  static CacheTierObserved answering(String... keys) {
    return answering(new CacheProbe(OptionalInt.empty()), keys);
  }

  static CacheTierObserved answering(CacheProbe probe, String... keys) {
    return new CacheTierObserved(
        new Children(List.of()), Optional.of(probe), keys(keys).authentication());
  }

  /** The reference names a Secret that the operator made. */
  static CacheTierObserved ours() {
    return new CacheTierObserved(
        new Children(List.of()),
        Optional.empty(),
        Optional.of(new ExternalSecret("my-redis", Set.of(), true)));
  }
}
