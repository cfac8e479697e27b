package dev.knowledgenetwork.operator.core.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierSpec;
import dev.knowledgenetwork.crds.cachetier.EvictionPolicy;
import dev.knowledgenetwork.operator.core.cache.engine.CacheReason;
import dev.knowledgenetwork.operator.core.cache.engine.CacheView.Consent;
import dev.knowledgenetwork.operator.core.cache.engine.CacheView.ExternalSecret;
import dev.knowledgenetwork.operator.core.golden.Golden;
import dev.knowledgenetwork.operator.core.golden.PodRules;
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
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CacheTierPlannerTest {

  private static final CacheTierSpec FULL =
      Tiers.spec(
          """
          l1: {maxEntries: 500, maxSize: 16Mi, ttl: 60s}
          l2:
            memory: 100Mi
            evictionPolicy: volatile-ttl
            image: registry.example.org/valkey:8
            resources: {requests: {cpu: 100m}, limits: {memory: 256Mi}}
          defaultTtl: 1500ms
          version: "2"
          dataClasses:
            document: {ttl: 10m, tiers: [L2]}
            session: {}
          placement:
            nodeSelector: {disk: ssd}
            tolerations: [{key: cache, operator: Exists, effect: NoSchedule}]
            topologySpread: [{topologyKey: rack, whenUnsatisfiable: DoNotSchedule}]
          imagePullSecrets: [{name: registry}]
          priorityClassName: high
          podLabels: {team: search}
          podAnnotations: {example.org/note: a}
          serviceAccountAnnotations: {example.org/identity: b}
          """);

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
                CacheReason.SECRET_INCOMPLETE,
                "Secret my-redis has no key password, ca.crt: add it."));
    assertThat(Tiers.plan(tier, Tiers.NOTHING).problems())
        .containsExactly(
            new Problem.WaitingFor(
                CacheReason.SECRET_INCOMPLETE,
                "Secret my-redis does not exist in this namespace: create it with the keys"
                    + " username, password, ca.crt, and the label"
                    + " knowledgenetwork.dev/cache-login=true."));
  }

  @Test
  void theOperatorsOwnSecretIsNeverForACacheOutside() {
    Plan plan = Tiers.plan(Tiers.external(true, "cache:6379"), Tiers.ours());
    assertThat(plan.resources()).isEmpty();
    assertThat(plan.problems())
        .containsExactly(
            new Problem.WaitingFor(
                CacheReason.SECRET_INCOMPLETE,
                "Secret my-redis is the operator's own (label"
                    + " app.kubernetes.io/managed-by=knowledgenetwork-operator) and is never sent"
                    + " to a cache outside: name a Secret of yours with the keys username,"
                    + " password, ca.crt."));
  }

  @Test
  void whatWasSeenOfAnotherSecretSaysNothingOfThisOne() {
    Tiers.Seen other =
        Tiers.secret(
            new ExternalSecret("theirs", Set.of("username", "password", "ca.crt"), Consent.GIVEN));
    Plan plan = Tiers.plan(Tiers.external(true, "cache:6379"), other);
    assertThat(plan.resources()).isEmpty();
    assertThat(plan.problems()).map(Problem::reason).containsExactly(CacheReason.SECRET_INCOMPLETE);
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
    PlannedSecret server = plan.secrets().get(2);
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
    assertThat(template(Tiers.spec("{}")))
        .isEqualTo(
            template(
                Tiers.spec(
                    """
                    {l1: {ttl: 9s}, defaultTtl: 9s, version: "3", dataClasses: {session: {}}}
                    """)));
  }

  @Property(tries = 50)
  void plansAreDeterministicAndWithinBounds(Draws draws) {
    int mebibytes = draws.between(16, 100_000);
    EvictionPolicy policy = draws.oneOf(EvictionPolicy.class);
    List<String> classes = draws.listOf(0, 5, () -> draws.letters(1, 20));
    String names = classes.stream().distinct().collect(Collectors.joining(": {}, ", "{", ": {}}"));
    CacheTierSpec spec =
        Tiers.spec(
            "{l2: {memory: %dMi, evictionPolicy: %s}, dataClasses: %s}"
                .formatted(
                    mebibytes,
                    policy.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    classes.isEmpty() ? "{}" : names));
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
