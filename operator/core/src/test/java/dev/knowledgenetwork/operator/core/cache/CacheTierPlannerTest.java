package dev.knowledgenetwork.operator.core.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.cachetier.CacheEngine;
import dev.knowledgenetwork.crds.cachetier.CacheLevel;
import dev.knowledgenetwork.crds.cachetier.CacheMode;
import dev.knowledgenetwork.crds.cachetier.CachePlacement;
import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierSpec;
import dev.knowledgenetwork.crds.cachetier.DataClass;
import dev.knowledgenetwork.crds.cachetier.EvictionPolicy;
import dev.knowledgenetwork.crds.cachetier.L1;
import dev.knowledgenetwork.crds.cachetier.L2;
import dev.knowledgenetwork.crds.common.Toleration;
import dev.knowledgenetwork.operator.core.golden.Golden;
import dev.knowledgenetwork.operator.core.golden.PodRules;
import dev.knowledgenetwork.operator.core.kind.CacheTierObserved;
import dev.knowledgenetwork.operator.core.kind.CacheTierObserved.ExternalSecret;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.workload.Bytes;
import dev.knowledgenetwork.testing.Draws;
import dev.knowledgenetwork.testing.Property;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CacheTierPlannerTest {

  private static final CacheTierSpec FULL =
      new CacheTierSpec(
          new L1(500, new Quantity("16Mi"), "60s"),
          new L2(
              CacheEngine.VALKEY,
              CacheMode.STANDALONE,
              new Quantity("100Mi"),
              EvictionPolicy.VOLATILE_TTL,
              null),
          "1500ms",
          "2",
          Map.of(
              "document", new DataClass("10m", Set.of(CacheLevel.L2)),
              "session", new DataClass(null, Set.of(CacheLevel.L1, CacheLevel.L2))),
          new CachePlacement(
              Map.of("disk", "ssd"),
              List.of(
                  new Toleration(
                      "cache",
                      Toleration.Operator.EXISTS,
                      null,
                      Toleration.Effect.NO_SCHEDULE,
                      null))));

  @Test
  void allDefaultsArePlannedAsReviewed() {
    Golden.verify("cache/default.yaml", Tiers.plan(Tiers.tier(), Tiers.NOTHING));
  }

  @Test
  void everyFieldIsPlannedAsReviewed() {
    Golden.verify("cache/full.yaml", Tiers.plan(Tiers.tier(FULL), Tiers.NOTHING));
  }

  @Test
  void anExternalCacheIsOnlyItsPolicy() {
    CacheTier tier = Tiers.external(true, "cache.example.org:6380", "10.0.0.7:6379");
    Golden.verify(
        "cache/external.yaml", Tiers.plan(tier, Tiers.keys("username", "password", "ca.crt")));
  }

  @Test
  void anExternalSecretThatLacksKeysIsNamed() {
    CacheTier tier = Tiers.external(true, "cache:6379");
    assertThat(Tiers.plan(tier, Tiers.keys("username")).problems())
        .containsExactly(
            new Problem.WaitingFor(
                "SecretIncomplete", "Secret my-redis has no key password, ca.crt: add it."));
    assertThat(Tiers.plan(tier, Tiers.NOTHING).problems())
        .containsExactly(
            new Problem.WaitingFor(
                "SecretIncomplete",
                "Secret my-redis does not exist in this namespace: create it with the keys"
                    + " username, password, ca.crt."));
  }

  @Test
  void theOperatorsOwnSecretIsNeverForACacheOutside() {
    Plan plan = Tiers.plan(Tiers.external(true, "cache:6379"), Tiers.ours());
    assertThat(plan.resources()).isEmpty();
    assertThat(plan.problems())
        .containsExactly(
            new Problem.WaitingFor(
                "SecretIncomplete",
                "Secret my-redis is the operator's own (label"
                    + " app.kubernetes.io/managed-by=knowledgenetwork-operator) and is never sent"
                    + " to a cache outside: name a Secret of yours with the keys username,"
                    + " password, ca.crt."));
  }

  @Test
  void whatWasSeenOfAnotherSecretSaysNothingOfThisOne() {
    CacheTierObserved other =
        new CacheTierObserved(
            new Children(List.of()),
            Optional.empty(),
            Optional.of(
                new ExternalSecret("theirs", Set.of("username", "password", "ca.crt"), false)));
    Plan plan = Tiers.plan(Tiers.external(true, "cache:6379"), other);
    assertThat(plan.resources()).isEmpty();
    assertThat(plan.problems()).map(Problem::reason).containsExactly("SecretIncomplete");
  }

  @Test
  void withoutTlsNoAuthorityIsAskedFor() {
    CacheTier tier = Tiers.external(false, "cache:6379");
    assertThat(Tiers.plan(tier, Tiers.keys("username", "password")).problems()).isEmpty();
  }

  @Test
  void anInvalidSpecPlansNothing() {
    Plan plan = Tiers.plan(Tiers.external(true, "no-port"), Tiers.NOTHING);
    assertThat(plan.resources()).isEmpty();
    assertThat(plan.secrets()).isEmpty();
    assertThat(plan.problems()).hasOnlyElementsOfType(Problem.InvalidSpec.class);
  }

  @Test
  void noPasswordStandsInAnyObject() {
    Plan plan = Tiers.plan(Tiers.tier(), Tiers.NOTHING);
    PlannedSecret server = plan.secrets().getLast();
    PlannedSecret.Entry.Template users = (PlannedSecret.Entry.Template) server.entries().getLast();
    assertThat(users.key()).isEqualTo("users.acl");
    assertThat(users.text())
        .startsWith("user default reset off\n")
        .contains("#${sha256:kn-cache-auth/password}")
        .doesNotContain("nopass");
    assertThat(Golden.text(plan)).doesNotContain("requirepass");
  }

  @Test
  void podsAreRestricted() {
    assertThat(PodRules.templates(Tiers.plan(Tiers.tier(FULL), Tiers.NOTHING)))
        .hasSize(1)
        .map(PodTemplateSpec::getSpec)
        .allSatisfy(PodRules::verifyRestricted)
        .allSatisfy(pod -> assertThat(pod.getAutomountServiceAccountToken()).isFalse());
  }

  @Test
  void aChangeOfPolicyOnlyDoesNotRestartTheCache() {
    CacheTierSpec other =
        new CacheTierSpec(L1.defaults(), FULL.l2(), "9s", "3", Map.of(), FULL.placement());
    assertThat(template(FULL)).isEqualTo(template(other));
  }

  @Property(tries = 50)
  void plansAreDeterministicAndWithinBounds(Draws draws) {
    int mebibytes = draws.between(16, 100_000);
    EvictionPolicy policy = draws.oneOf(EvictionPolicy.class);
    List<String> classes = draws.listOf(0, 5, () -> draws.letters(1, 20));
    CacheTierSpec spec =
        new CacheTierSpec(
            L1.defaults(),
            new L2(
                CacheEngine.VALKEY,
                CacheMode.STANDALONE,
                new Quantity(mebibytes + "Mi"),
                policy,
                null),
            "300s",
            "1",
            classes.stream()
                .distinct()
                .collect(
                    Collectors.toMap(
                        name -> name, name -> new DataClass(null, Set.of(CacheLevel.L2)))),
            CachePlacement.anywhere());
    Plan plan = Tiers.plan(Tiers.tier(spec), Tiers.NOTHING);
    assertThat(Golden.text(plan))
        .isEqualTo(Golden.text(Tiers.plan(Tiers.tier(spec), Tiers.NOTHING)));
    assertThat(plan.problems()).isEmpty();
    assertThat(plan.resources())
        .map(HasMetadata::getMetadata)
        .allSatisfy(
            metadata -> {
              assertThat(metadata.getName()).hasSizeLessThanOrEqualTo(63);
              assertThat(metadata.getOwnerReferences()).hasSize(1);
            });
    Quantity limit =
        PodRules.templates(plan)
            .getFirst()
            .getSpec()
            .getContainers()
            .getFirst()
            .getResources()
            .getLimits()
            .get("memory");
    assertThat(Bytes.of(limit)).isGreaterThanOrEqualTo((long) mebibytes * 3 / 2 + (32L << 20));
  }

  @Test
  void theConfigurationNamesTheMemoryInBytes() {
    ConfigMap configuration =
        Tiers.plan(Tiers.tier(FULL), Tiers.NOTHING).resources().stream()
            .filter(ConfigMap.class::isInstance)
            .map(ConfigMap.class::cast)
            .filter(map -> map.getMetadata().getName().equals("kn-valkey"))
            .findFirst()
            .orElseThrow();
    assertThat(configuration.getData().get("valkey.conf").lines())
        .contains(
            "port 0",
            "tls-port 6379",
            "tls-protocols TLSv1.3",
            "maxmemory 104857600",
            "maxmemory-policy volatile-ttl",
            "save \"\"");
  }

  private static PodTemplateSpec template(CacheTierSpec spec) {
    return PodRules.templates(Tiers.plan(Tiers.tier(spec), Tiers.NOTHING)).getFirst();
  }
}
