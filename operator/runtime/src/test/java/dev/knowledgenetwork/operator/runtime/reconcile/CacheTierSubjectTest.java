package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierSpec;
import dev.knowledgenetwork.crds.cachetier.ExternalCache;
import dev.knowledgenetwork.crds.cachetier.L2;
import dev.knowledgenetwork.crds.common.LocalReference;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.observe.Addresses;
import dev.knowledgenetwork.operator.runtime.observe.Target;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CacheTierSubjectTest {

  private static final Owner OWNER = new Owner(OwnerKind.CACHE_TIER, "demo", "kn");
  private static final HasMetadata VALKEY =
      new StatefulSetBuilder()
          .withNewMetadata()
          .withName("kn-valkey")
          .withNamespace("demo")
          .endMetadata()
          .build();

  @Test
  void aUsersCacheIsAskedAtItsFirstAddress() {
    assertThat(external("cache.example.org:6380", true, "login"))
        .flatMap(Target.Cache::external)
        .contains(
            new Target.External(new Addresses.HostPort("cache.example.org", 6380), true, "login"));
  }

  @Test
  void anAddressThatValidationRefusesIsNotAsked() {
    assertThat(external("redis://cache", true, "login")).isEmpty();
  }

  @Test
  void ourOwnCacheIsAskedOnceThereIsOne() {
    assertThat(target(CacheTierSpec.defaults().l2())).isEmpty();
    assertThat(target(CacheTierSpec.defaults().l2(), VALKEY)).isPresent();
  }

  /** An answer is kept for a part: what one cache said must not count for the next. */
  @Test
  void everyCacheIsAPartOfItsOwn() {
    assertThat(
            Stream.of(
                    target(CacheTierSpec.defaults().l2(), VALKEY),
                    external("cache.example.org:6380", true, "login"),
                    external("cache.example.org:6381", true, "login"),
                    external("cache.example.org:6380", false, "login"),
                    external("cache.example.org:6380", true, "other"))
                .map(target -> target.orElseThrow().part()))
        .doesNotHaveDuplicates();
  }

  private static Optional<Target.Cache> external(String address, boolean tls, String secret) {
    L2 defaults = L2.defaults();
    return target(
        new L2(
            defaults.engine(),
            defaults.mode(),
            null,
            null,
            new ExternalCache(List.of(address, "b:1"), tls, new LocalReference(secret))));
  }

  private static Optional<Target.Cache> target(L2 l2, HasMetadata... children) {
    CacheTierSpec d = CacheTierSpec.defaults();
    CacheTier tier = new CacheTier();
    tier.setSpec(
        new CacheTierSpec(d.l1(), l2, d.defaultTtl(), d.version(), d.dataClasses(), d.placement()));
    return CacheTierSubject.target(tier, OWNER, new Children(List.of(children)));
  }
}
