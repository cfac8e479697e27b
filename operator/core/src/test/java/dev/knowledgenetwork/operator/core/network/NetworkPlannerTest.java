package dev.knowledgenetwork.operator.core.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.Profile;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.golden.Golden;
import dev.knowledgenetwork.operator.core.golden.PodRules;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkReason;
import dev.knowledgenetwork.operator.core.network.blueprint.Release;
import dev.knowledgenetwork.operator.core.network.release.MigrationJob;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.workload.Cluster;
import dev.knowledgenetwork.testing.Draws;
import dev.knowledgenetwork.testing.Property;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NetworkPlannerTest {

  private final KnowledgeNetwork network = Networks.network();

  @Test
  void aNewNetworkIsItsSecretsAndDependencies() {
    Plan plan = Networks.plan(network, Networks.NOTHING);
    assertThat(kinds(plan)).containsExactly("ShardSet", "CacheTier");
    assertThat(plan.secrets())
        .map(secret -> secret.metadata().getName())
        .containsExactly("kn-api-ca", "kn-api-tls", "kn-signing-key", "kn-api-binding");
    assertThat(plan.problems())
        .map(Problem::reason)
        .containsExactly(NetworkReason.SHARD_SET_NOT_READY, NetworkReason.CACHE_TIER_NOT_READY);
  }

  @Test
  void developmentIsPlannedAsReviewed() {
    Golden.verify(
        "network/development.yaml",
        Networks.plan(network, Networks.settled(network, Networks.IMAGES)));
  }

  @Test
  void referencesArePlannedAsReviewed() {
    KnowledgeNetwork referring = Networks.referring("orders", "fast");
    Golden.verify(
        "network/references.yaml",
        Networks.plan(referring, Networks.settled(referring, Networks.IMAGES)));
  }

  @Test
  void podsThatMayOpenMoreConnectionsThanThePoolersAcceptAreRefused() {
    KnowledgeNetwork referring = Networks.referring("orders", "fast");
    Observed settled = Networks.settled(referring, Networks.IMAGES);
    assertThat(Networks.plan(referring, settled).isBlocked()).isFalse();
    settled
        .related()
        .find(ShardSet.class, "orders")
        .orElseThrow()
        .setSpec(NetworkSpecs.shardSet("{sharding: {shards: 2}, pool: {max: 500}}"));
    assertThat(Networks.plan(referring, settled).problems())
        .extracting(Problem::reason)
        .containsExactly(NetworkReason.POOLERS_EXCEEDED);
    KnowledgeNetwork owning = NetworkSpecs.network("api: {replicas: 100}");
    assertThat(Networks.plan(owning, Networks.NOTHING).isBlocked()).isFalse();
    owning = NetworkSpecs.network("{api: {replicas: 100}, realtime: {replicas: 100}}");
    assertThat(Networks.plan(owning, Networks.NOTHING).problems())
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.message()).contains("poolers of ShardSet kn accept 2000"));
  }

  @Test
  void theMigrationWaitsForTheShardsOnly() {
    assertThat(kinds(seen(ConditionStatus.FALSE, ConditionStatus.TRUE))).doesNotContain("Job");
    assertThat(kinds(seen(ConditionStatus.TRUE, ConditionStatus.FALSE)))
        .contains("Job")
        .doesNotContain("Deployment");
  }

  @Test
  void theFirstWorkloadWaitsForShardsCacheAndSchema() {
    Job running = Networks.job(Networks.plan(network, Networks.served(network)), "");
    Job complete = Networks.job(Networks.plan(network, Networks.served(network)), "Complete");
    assertThat(kinds(Networks.plan(network, Networks.served(network, running))))
        .doesNotContain("Deployment");
    assertThat(kinds(seen(ConditionStatus.TRUE, ConditionStatus.FALSE, complete)))
        .doesNotContain("Deployment");
    assertThat(kinds(seen(ConditionStatus.FALSE, ConditionStatus.TRUE, complete)))
        .doesNotContain("Deployment");
    Plan plan = Networks.plan(network, Networks.served(network, complete));
    assertThat(kinds(plan)).filteredOn("Deployment"::equals).hasSize(3);
    assertThat(plan.problems()).isEmpty();
  }

  @Test
  void aWorkloadGoesOnUnchangedWhenItsDependenciesFailOrVanish() {
    Observed settled = Networks.settled(network, Networks.IMAGES);
    List<HasMetadata> before = workload(Networks.plan(network, settled));
    Observed failing =
        Networks.seen(
            network, ConditionStatus.FALSE, ConditionStatus.FALSE, settled.children().objects());
    assertThat(workload(Networks.plan(network, failing))).isEqualTo(before);
    Observed gone = Networks.observed(settled.children(), List.of());
    assertThat(workload(Networks.plan(network, gone))).isEqualTo(before);
    assertThat(kinds(Networks.plan(network, gone))).contains("Job");
  }

  @Test
  void aNewCachePolicyRollsTheWorkload() {
    Observed settled = Networks.settled(network, Networks.IMAGES);
    List<PodTemplateSpec> before = serving(Networks.plan(network, settled));
    CacheTier tier = settled.related().find(CacheTier.class, "kn").orElseThrow();
    Networks.policy(tier, "policy-2");
    Plan plan = Networks.plan(network, settled);
    assertThat(serving(plan)).hasSize(3).doesNotContainAnyElementsOf(before);
    assertThat(plan.problems()).isEmpty();

    Observed gone = Networks.observed(new Children(List.copyOf(Networks.running(plan))), List.of());
    assertThat(serving(Networks.plan(network, gone))).isEqualTo(serving(plan));
  }

  @Test
  void aNewImageIsMigratedBeforeItRuns() {
    Observed settled = Networks.settled(network, Networks.IMAGES);
    KnowledgeNetwork changed = NetworkSpecs.network("image: app:2");
    Plan migrating = Networks.plan(changed, settled);
    assertThat(images(migrating)).containsOnly("app:1");
    Job job = Networks.job(migrating, "");
    assertThat(job.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage())
        .isEqualTo("app:2");
    assertThat(migrating.problems()).map(Problem::reason).containsExactly(NetworkReason.MIGRATING);

    Observed failed = Networks.plus(settled, Networks.job(migrating, "Failed"));
    Plan stuck = Networks.plan(changed, failed);
    assertThat(images(stuck)).containsOnly("app:1");
    assertThat(stuck.problems())
        .containsExactly(
            new Problem.WaitingFor(
                NetworkReason.MIGRATION_FAILED,
                ("Job %1$s failed; what ran before goes on. Read kubectl -n demo logs job/%1$s,"
                        + " remove the cause, then kubectl -n demo delete job %1$s: it is made"
                        + " again.")
                    .formatted(job.getMetadata().getName())));

    Observed migrated = Networks.plus(settled, Networks.job(migrating, "Complete"));
    Plan rolled = Networks.plan(changed, migrated);
    assertThat(images(rolled)).containsOnly("app:2");
  }

  @Test
  void theNameOfAMigrationFollowsFromImageAndData() {
    String name = jobName("app:1", "cluster-1");
    assertThat(name).matches("kn-migrate-[0-9a-f]{8}").isEqualTo(jobName("app:1", "cluster-1"));
    assertThat(Stream.of(name, jobName("app:2", "cluster-1"), jobName("app:1", "cluster-2")))
        .doesNotHaveDuplicates();
  }

  @Test
  void aReferenceThatDoesNotExistIsNamed() {
    Plan plan = Networks.plan(Networks.referring("orders", "fast"), Networks.NOTHING);
    assertThat(plan.resources()).isEmpty();
    assertThat(plan.problems())
        .containsExactly(
            new Problem.WaitingFor(
                NetworkReason.SHARD_SET_MISSING,
                "ShardSet orders does not exist in this namespace: create it, or remove"
                    + " spec.shardSet to have one made."),
            new Problem.WaitingFor(
                NetworkReason.CACHE_TIER_MISSING,
                "CacheTier fast does not exist in this namespace: create it, or remove"
                    + " spec.cacheTier to have one made."));
  }

  @Test
  void aProfileThatWouldNeedOtherShardsIsRefused() {
    Observed observed = Networks.settled(network, Networks.IMAGES);
    Plan plan = Networks.plan(Networks.network(Profile.MEDIUM), observed);
    assertThat(plan.resources()).isEmpty();
    assertThat(plan.problems())
        .containsExactly(
            new Problem.InvalidSpec(
                NetworkReason.PROFILE_OUT_OF_REACH,
                "spec.profile",
                "the profile wants 4 shards with volumes of 100Gi, ShardSet kn has 2 of 2Gi and a"
                    + " profile changes neither in this version: set the profile back, or make a new"
                    + " KnowledgeNetwork and move the data there"));
  }

  @Test
  void aServiceMonitorNeedsItsApi() {
    KnowledgeNetwork monitored = NetworkSpecs.network("observability: {serviceMonitor: true}");
    Observed settled = Networks.settled(monitored, Networks.IMAGES);
    assertThat(Networks.plan(monitored, settled).resources())
        .hasAtLeastOneElementOfType(GenericKubernetesResource.class);
    Plan plan = Networks.plan(monitored, Networks.withoutApis(settled));
    assertThat(plan.resources()).doesNotHaveAnyElementsOfTypes(GenericKubernetesResource.class);
    assertThat(plan.problems())
        .map(Problem::reason)
        .containsExactly(NetworkReason.SERVICE_MONITOR_MISSING);
    assertThat(plan.isWhole()).as("pruning goes on").isTrue();
    assertThat(Networks.plan(monitored, Networks.NOTHING).isWhole())
        .as("what waits is not pruned")
        .isFalse();
  }

  @Test
  void anIssuerReplacesTheSigningKey() {
    KnowledgeNetwork oidc = NetworkSpecs.network(NetworkSpecs.OIDC);
    Plan plan = Networks.plan(oidc, Networks.settled(oidc, Networks.IMAGES));
    assertThat(plan.secrets())
        .map(secret -> secret.metadata().getName())
        .containsExactly("kn-api-ca", "kn-api-tls", "kn-api-binding");
    assertThat(Golden.text(plan))
        .contains("KN_AUTH_JWKS: https://login.example.org:8443/keys")
        .contains("port: 8443")
        .doesNotContain("public.jwks");
  }

  @Test
  void moreThanOnePodGetsADisruptionBudget() {
    KnowledgeNetwork small = Networks.network(Profile.SMALL);
    assertThat(Networks.plan(small, Networks.settled(small, Networks.IMAGES)).resources())
        .filteredOn(PodDisruptionBudget.class::isInstance)
        .map(budget -> budget.getMetadata().getName())
        .containsExactly("kn-api", "kn-realtime");
    assertThat(kinds(Networks.plan(network, Networks.settled(network, Networks.IMAGES))))
        .doesNotContain("PodDisruptionBudget");
  }

  @Test
  void whatTheSpecAsksForReplacesTheProfile() {
    KnowledgeNetwork asked =
        NetworkSpecs.network(
            "api: {replicas: 4, resources: {requests: {memory: 1Gi}, limits: {cpu: 10m}}}");
    Deployment api =
        Networks.plan(asked, Networks.settled(asked, Networks.IMAGES)).resources().stream()
            .filter(Deployment.class::isInstance)
            .map(Deployment.class::cast)
            .filter(deployment -> deployment.getMetadata().getName().equals("kn-api"))
            .findFirst()
            .orElseThrow();
    assertThat(api.getSpec().getReplicas()).isEqualTo(4);
    var resources = api.getSpec().getTemplate().getSpec().getContainers().getFirst().getResources();
    assertThat(resources.getRequests())
        .containsEntry("memory", new Quantity("1Gi"))
        .containsEntry("cpu", new Quantity("10m"));
    assertThat(resources.getLimits())
        .containsEntry("memory", new Quantity("1Gi"))
        .containsEntry("cpu", new Quantity("10m"));
  }

  @Test
  void podsAreRestrictedAndKnowNoToken() {
    for (Profile profile : Profile.values()) {
      KnowledgeNetwork sized = Networks.network(profile);
      assertThat(PodRules.templates(Networks.plan(sized, Networks.settled(sized, Networks.IMAGES))))
          .hasSize(4)
          .map(PodTemplateSpec::getSpec)
          .allSatisfy(PodRules::verifyRestricted)
          .allSatisfy(pod -> assertThat(pod.getAutomountServiceAccountToken()).isFalse());
    }
  }

  @Test
  void theAuthorityAndThePrivateKeyAreNeverMounted() {
    Plan plan = Networks.plan(network, Networks.settled(network, Networks.IMAGES));
    assertThat(PodRules.templates(plan))
        .flatMap(template -> template.getSpec().getVolumes())
        .filteredOn(volume -> volume.getSecret() != null)
        .allSatisfy(
            volume -> {
              assertThat(volume.getSecret().getSecretName()).doesNotEndWith("-ca");
              if (volume.getSecret().getSecretName().equals("kn-signing-key")) {
                assertThat(volume.getSecret().getItems())
                    .map(item -> item.getKey())
                    .containsExactly("public.jwks");
              }
            });
  }

  @Property(tries = 50)
  void plansDependNeitherOnTheOrderOfChildrenNorOnTheTime(Draws draws) {
    KnowledgeNetwork sized = Networks.network(draws.oneOf(Profile.class));
    Observed settled = Networks.settled(sized, Networks.IMAGES);
    List<HasMetadata> shuffled = draws.shuffled(settled.children().objects());
    Observed other =
        new Observed(
            new Children(shuffled),
            settled.related(),
            settled.facts(),
            settled.served(),
            settled.now().plusSeconds(draws.between(0, 999_999)));
    Plan plan = Networks.plan(sized, settled);
    Plan again = Networks.plan(sized, other);
    assertThat(Golden.text(again)).isEqualTo(Golden.text(plan));
    assertThat(names(plan)).allSatisfy(name -> assertThat(name).hasSizeLessThanOrEqualTo(63));
  }

  @Test
  void theLongestNameStaysWithinBounds() {
    network.getMetadata().setName("a".repeat(40));
    assertThat(names(Networks.plan(network, Networks.settled(network, Networks.IMAGES))))
        .allSatisfy(name -> assertThat(name).hasSizeLessThanOrEqualTo(63));
  }

  private Plan seen(ConditionStatus shards, ConditionStatus cache, HasMetadata... children) {
    return Networks.plan(network, Networks.seen(network, shards, cache, List.of(children)));
  }

  private String jobName(String image, String clusterId) {
    Release release =
        new Release(
            image,
            clusterId,
            new Release.DatabaseBinding("kn", "t", "a", "m", 1, 5, "l"),
            new Release.CacheBinding("kn", "c", "s", "p", "l", List.of()));
    return MigrationJob.of(new NetworkObjects(network, Cluster.standard()), release)
        .getMetadata()
        .getName();
  }

  private static List<PodTemplateSpec> serving(Plan plan) {
    return plan.resources().stream()
        .filter(Deployment.class::isInstance)
        .map(deployment -> ((Deployment) deployment).getSpec().getTemplate())
        .toList();
  }

  private static List<String> images(Plan plan) {
    return plan.resources().stream()
        .filter(Deployment.class::isInstance)
        .map(Deployment.class::cast)
        .map(d -> d.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage())
        .toList();
  }

  private static List<HasMetadata> workload(Plan plan) {
    return plan.resources().stream()
        .filter(object -> !List.of("ShardSet", "CacheTier").contains(object.getKind()))
        .toList();
  }

  private static List<String> kinds(Plan plan) {
    return plan.resources().stream().map(HasMetadata::getKind).toList();
  }

  private static List<String> names(Plan plan) {
    return Stream.concat(
            plan.resources().stream().map(HasMetadata::getMetadata),
            plan.secrets().stream().map(PlannedSecret::metadata))
        .map(metadata -> metadata.getName())
        .toList();
  }
}
