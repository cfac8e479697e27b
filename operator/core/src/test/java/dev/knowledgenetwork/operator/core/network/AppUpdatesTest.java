package dev.knowledgenetwork.operator.core.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkSpec;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Passes;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.network.blueprint.Release;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import dev.knowledgenetwork.operator.core.network.roles.AppRecipes;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.workload.Applied;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import dev.knowledgenetwork.operator.core.workload.Variants;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What an application that runs gets from another version of the operator. */
class AppUpdatesTest {

  private static final NetworkKind NEWER = new NetworkKind(Networks.images("app:2"));
  private static final String WINDOW =
      "maintenance: {window: {schedule: '0 3 * * SUN', duration: 1h}}";

  private final KnowledgeNetwork network = Networks.network();
  private Observed seen = Networks.settled(network, Networks.IMAGES);
  private Instant now = Networks.NOW;

  @Test
  void anotherDefaultImageIsNeitherMigratedNorRolledAndIsTold() {
    Plan before = Networks.plan(network, seen);
    Plan plan = pass();
    assertThat(plan.resources()).isEqualTo(before.resources());
    assertThat(available().status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(available().message())
        .contains("would run the application (image app:2 instead of app:1) in another way")
        .contains("annotate --overwrite knowledgenetwork kn knowledgenetwork.dev/update=" + id());
    assertThat(plan.nextCheck()).isEmpty();
    assertThat(Conditions.holds(network.getStatus().conditions(), ConditionType.READY)).isTrue();
    assertThat(Conditions.holds(network.getStatus().conditions(), ConditionType.RECONCILING))
        .isFalse();
  }

  @Test
  void itIsMigratedAndThenRunWhenSomebodySaysSo() {
    pass();
    network.getMetadata().setAnnotations(Map.of(Annotations.UPDATE, id()));
    Plan migrating = pass();
    assertThat(image(migrating)).isEqualTo("app:1");
    assertThat(migrated(migrating)).isEqualTo("app:2");
    seen = Networks.plus(seen, Networks.job(migrating, "Complete"));
    assertThat(image(pass())).isEqualTo("app:2");
    assertThat(available().status()).isEqualTo(ConditionStatus.FALSE);
  }

  @Test
  void itIsMigratedInTheMaintenanceWindowAndWhatHasBegunGoesOnAfterIt() {
    spec(WINDOW);
    Plan held = pass();
    assertThat(migrated(held)).isEqualTo("app:1");
    assertThat(available().message()).contains("begins at 2026-01-04T03:00:00Z, unless you say so");
    now = now.plus(held.nextCheck().orElseThrow());
    Plan migrating = pass();
    assertThat(migrated(migrating)).isEqualTo("app:2");

    now = now.plus(Duration.ofHours(2));
    assertThat(migrated(pass())).as("not begun in time").isEqualTo("app:1");
    seen = Networks.plus(seen, Networks.job(migrating, ""));
    assertThat(migrated(pass())).as("begun").isEqualTo("app:2");
    seen = Networks.plus(seen, Networks.job(migrating, "Complete"));
    seen =
        Networks.with(
            seen,
            seen.children().objects().stream()
                .filter(child -> !(child instanceof Job job) || job.getStatus() != null)
                .toList());
    assertThat(image(pass())).isEqualTo("app:2");
  }

  @Test
  void aSpecThatChangesBringsTheUpdateWithIt() {
    pass();
    spec("env: [{name: COLOUR, value: red}]");
    Plan plan = pass();
    assertThat(migrated(plan)).isEqualTo("app:2");
    assertThat(available().status()).isEqualTo(ConditionStatus.FALSE);
  }

  @Test
  void moreReplicasAreNoChangeOfThePods() {
    spec("api: {replicas: 3}");
    Plan plan = pass();
    assertThat(api(plan).getSpec().getReplicas()).isEqualTo(3);
    assertThat(image(plan)).isEqualTo("app:1");
    assertThat(migrated(plan)).isEqualTo("app:1");
  }

  @Test
  void aNewCachePolicyIsAppliedAtOnceOnTheImageThatRuns() {
    CacheTier tier = seen.related().find(CacheTier.class, "kn").orElseThrow();
    Networks.policy(tier, "policy-2");
    Plan plan = pass();
    assertThat(image(plan)).isEqualTo("app:1");
    assertThat(api(plan).getSpec().getTemplate())
        .isNotEqualTo(
            api(Networks.plan(network, Networks.settled(network, Networks.IMAGES)))
                .getSpec()
                .getTemplate());
    assertThat(available().status()).isEqualTo(ConditionStatus.TRUE);
  }

  @Test
  void anotherLoginIsAppliedAtOnceOnTheImageThatRunsWithoutAnotherMigration() {
    Networks.login(seen.related().find(CacheTier.class, "kn").orElseThrow(), "cache-login-2");
    Plan plan = pass();
    assertThat(image(plan)).isEqualTo("app:1");
    assertThat(api(plan).getSpec().getTemplate().getMetadata().getAnnotations())
        .containsKey(Annotations.SECRETS_HASH)
        .isNotEqualTo(
            api(Networks.plan(network, Networks.settled(network, Networks.IMAGES)))
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations());
    assertThat(migrated(plan)).isEqualTo("app:1");
    assertThat(available().status()).isEqualTo(ConditionStatus.TRUE);
  }

  @Test
  void aChangeOfADependencyThatReachedSomeRolesReachesTheOthersOnTheImageThatRuns() {
    Networks.policy(seen.related().find(CacheTier.class, "kn").orElseThrow(), "policy-2");
    Plan plan = pass();
    deployments(
        live ->
            live.getMetadata().getName().equals("kn-worker")
                ? live
                : Networks.running(
                    planned(plan, Deployment.class, live.getMetadata().getName()), 1));
    Plan next = pass();
    assertThat(next.resources()).isEqualTo(plan.resources());
    assertThat(migrated(next)).isEqualTo("app:1");
    assertThat(available().status()).isEqualTo(ConditionStatus.TRUE);
  }

  @Test
  void aReleaseThatSomebodyWroteIntoAnAnnotationIsNotRun() {
    deployments(
        live ->
            new DeploymentBuilder(live)
                .editMetadata()
                .addToAnnotations(
                    Release.ANNOTATION,
                    live.getMetadata()
                        .getAnnotations()
                        .get(Release.ANNOTATION)
                        .replace("app:1", "anybody:1"))
                .endMetadata()
                .build());
    Plan plan = pass();
    assertThat(image(plan)).isEqualTo("app:1");
    assertThat(migrated(plan)).isEqualTo("app:1");
  }

  @Test
  void anImageOfTheSpecIsNoUpdate() {
    spec("image: mine:1");
    seen = Networks.settled(network, Networks.IMAGES);
    Plan plan = pass();
    assertThat(image(plan)).isEqualTo("mine:1");
    assertThat(available().status()).isEqualTo(ConditionStatus.FALSE);
  }

  @Test
  void heldSettingsOutliveTheirConfigMapAndAllRolesKeepThem() {
    Map<String, String> older = Map.of("KN_NETWORK", "as it was");
    deployments(
        live -> {
          Recipe last = kept(live);
          Recipe changed =
              new Recipe(
                  new DeploymentBuilder(live)
                      .editSpec()
                      .editTemplate()
                      .editMetadata()
                      .addToAnnotations(Annotations.CONFIG_HASH, "of others")
                      .endMetadata()
                      .endTemplate()
                      .endSpec()
                      .build()
                      .getSpec()
                      .getTemplate(),
                  older,
                  last.inputs());
          return given(live, changed);
        });
    Plan plan = pass();
    assertThat(settings(plan)).isEqualTo(older);
    assertThat(api(plan).getSpec().getTemplate())
        .isEqualTo(
            seen.children().find(Deployment.class, "kn-api").orElseThrow().getSpec().getTemplate());
    network.getMetadata().setAnnotations(Map.of(Annotations.UPDATE, id()));
    Plan migrating = pass();
    assertThat(settings(migrating)).as("while it migrates").isEqualTo(older);
    assertThat(migrated(migrating)).isEqualTo("app:2");
  }

  @Test
  void deploymentsOfWhichNothingWasKeptAreNotRolledEither() {
    deployments(
        live ->
            new DeploymentBuilder(live)
                .editMetadata()
                .removeFromAnnotations(Annotations.APPLIED)
                .endMetadata()
                .build());
    Plan plan = pass();
    assertThat(plan.resources())
        .isEqualTo(Networks.plan(network, Networks.settled(network, Networks.IMAGES)).resources());
    assertThat(available().status()).isEqualTo(ConditionStatus.TRUE);
  }

  @Test
  void aRoleThatSomebodyDeletedComesBackOnTheImageThatRuns() {
    seen =
        Networks.with(
            seen,
            seen.children().objects().stream()
                .filter(child -> !child.getMetadata().getName().equals("kn-api"))
                .toList());
    Plan plan = pass();
    assertThat(image(plan)).isEqualTo("app:1");
    assertThat(migrated(plan)).isEqualTo("app:1");
    assertThat(available().status()).isEqualTo(ConditionStatus.TRUE);
  }

  @Test
  void theWindowIsHandedDown() {
    spec(WINDOW);
    Plan plan = pass();
    assertThat(plan.resources().stream().filter(ShardSet.class::isInstance))
        .map(set -> ((ShardSet) set).getSpec().maintenance())
        .containsExactly(network.getSpec().maintenance());
    assertThat(plan.resources().stream().filter(CacheTier.class::isInstance))
        .map(tier -> ((CacheTier) tier).getSpec().maintenance())
        .containsExactly(network.getSpec().maintenance());
  }

  @Test
  void everyFieldThatChangesThePodsChangesTheirInputs() {
    for (Role role : Role.values()) {
      assertThat(Variants.changing(KnowledgeNetworkSpec.defaults(), spec -> recipe(spec, role)))
          .contains("env", "image", "placement", "podLabels", "security", role.text())
          .doesNotContain("maintenance", "observability", "deletionPolicy");
    }
  }

  private static Recipe recipe(KnowledgeNetworkSpec spec, Role role) {
    KnowledgeNetwork network = Networks.network(spec);
    String image = spec.image() == null ? "app:1" : spec.image();
    Release release =
        Release.of(
                image,
                Optional.of(Networks.shardSet(Networks.network(), ConditionStatus.TRUE)),
                Optional.of(Networks.cacheTier(Networks.network(), ConditionStatus.TRUE)))
            .orElseThrow();
    return new AppRecipes(
            new NetworkObjects(network, Networks.IMAGES.cluster()), Networks.sizes(spec.profile()))
        .of(release)
        .get(role);
  }

  private Plan pass() {
    return Passes.run(
        NEWER,
        network,
        new Observed(seen.children(), seen.related(), seen.facts(), seen.served(), now));
  }

  private void spec(String yaml) {
    network.setSpec(NetworkSpecs.network(yaml).getSpec());
  }

  private void deployments(UnaryOperator<Deployment> change) {
    seen =
        Networks.with(
            seen,
            seen.children().objects().stream()
                .map(
                    child ->
                        child instanceof Deployment deployment ? change.apply(deployment) : child)
                .map(HasMetadata.class::cast)
                .toList());
  }

  private static Deployment given(Deployment live, Recipe recipe) {
    return new DeploymentBuilder(live)
        .editMetadata()
        .addToAnnotations(Applied.annotations(recipe))
        .endMetadata()
        .editSpec()
        .withTemplate(recipe.template())
        .endSpec()
        .build();
  }

  private static Recipe kept(Deployment live) {
    return Applied.recipe(
        live,
        Map.of(),
        () -> {
          throw new AssertionError("nothing was kept");
        });
  }

  private static Deployment api(Plan plan) {
    return planned(plan, Deployment.class, "kn-api");
  }

  private static String image(Plan plan) {
    return api(plan).getSpec().getTemplate().getSpec().getContainers().getFirst().getImage();
  }

  private static Map<String, String> settings(Plan plan) {
    return planned(plan, ConfigMap.class, "kn-app").getData();
  }

  /** Image of the planned migration. */
  private static String migrated(Plan plan) {
    List<Job> jobs =
        plan.resources().stream().filter(Job.class::isInstance).map(Job.class::cast).toList();
    assertThat(jobs).hasSize(1);
    return jobs.getFirst().getSpec().getTemplate().getSpec().getContainers().getFirst().getImage();
  }

  private static <T extends HasMetadata> T planned(Plan plan, Class<T> type, String name) {
    return plan.resources().stream()
        .filter(type::isInstance)
        .map(type::cast)
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private String id() {
    return available().message().replaceFirst(".*=", "");
  }

  private Condition available() {
    return Conditions.find(network.getStatus().conditions(), ConditionType.UPDATE_AVAILABLE)
        .orElseThrow();
  }
}
