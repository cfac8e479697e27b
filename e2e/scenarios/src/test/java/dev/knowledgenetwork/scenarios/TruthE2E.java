package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testkit.CustomObject;
import dev.knowledgenetwork.testkit.Platform;
import dev.knowledgenetwork.testkit.Prober;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * What people do by hand to a ShardSet that runs, and what its object says of it: in the words of
 * whoever refused, with what to do, and never Ready while users are harmed. A namespace each.
 */
class TruthE2E extends ShardSetScenarios {

  private static final String NAME = SmallShardSets.NAME;
  private static final Duration TOLD = Duration.ofMinutes(4);

  TruthE2E() {
    super("e2e-truth-");
  }

  @Test
  void aValueThatPostgresDoesNotTakeIsToldAndTheOneBeforeIsInForce() throws SQLException {
    Platform platform = sets.ready("value");
    CustomObject shardSet = platform.shardSet();
    List<String> before = platform.sql("s0", "show log_timezone");
    shardSet.patch("{\"spec\": {\"parameters\": {\"log_timezone\": \"Mars/Olympus\"}}}");
    awaitReason(shardSet, "Stalled", "ParameterNotAccepted");
    assertThat(shardSet.message("Stalled")).contains("log_timezone", "Mars/Olympus");
    assertThat(shardSet.is("Ready", "True")).as("users are served").isTrue();
    assertThat(platform.sql("s0", "show log_timezone")).isEqualTo(before);

    shardSet.patch(
        "{\"spec\": {\"parameters\": {\"log_timezone\": null, \"huge_pages\": \"on\"}}}");
    awaitReason(shardSet, "Stalled", "TrialFailed");
    assertThat(shardSet.message("Stalled")).contains("could not map anonymous shared memory");
    assertThat(shardSet.is("Ready", "True")).as("users are served").isTrue();

    shardSet.patch("{\"spec\": {\"parameters\": {\"huge_pages\": null}}}");
    shardSet.await("Stalled=False", TOLD, now -> now.is("Stalled", "False"));
    shardSet.awaitReady(TOLD);
  }

  @Test
  void selectorsThatWereChangedByHandArePutBackWithWhatTheyLeftBehind() {
    Platform platform = sets.ready("selectors");
    var services = cluster.client().services().inNamespace(platform.namespace());
    var policies = cluster.client().network().v1().networkPolicies();
    Map<String, String> pooler = services.withName(NAME + "-pooler").get().getSpec().getSelector();
    merge(services.withName(NAME + "-pooler"), "{\"spec\":{\"selector\":{\"extra\":\"x\"}}}");
    merge(
        services.withName(NAME + "-s0"),
        "{\"spec\":{\"selector\":{\"app.kubernetes.io/name\":\"pooler\"}}}");
    merge(
        policies.inNamespace(platform.namespace()).withName(NAME + "-s0"),
        "{\"spec\":{\"podSelector\":{\"matchLabels\":{\"extra\":\"x\"}}}}");

    awaitUntil(
        "the selectors as planned",
        () ->
            services.withName(NAME + "-pooler").get().getSpec().getSelector().equals(pooler)
                && services.withName(NAME + "-s0").get().getSpec().getSelector().isEmpty()
                && !policies
                    .inNamespace(platform.namespace())
                    .withName(NAME + "-s0")
                    .get()
                    .getSpec()
                    .getPodSelector()
                    .getMatchLabels()
                    .containsKey("extra"));
    String primary = platform.primary("s0").getStatus().getPodIP();
    awaitUntil(
        "the shard's Service to lead to its primary alone",
        () ->
            cluster
                .client()
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(platform.namespace())
                .withLabel("kubernetes.io/service-name", NAME + "-s0")
                .list()
                .getItems()
                .stream()
                .flatMap(slice -> slice.getEndpoints().stream())
                .flatMap(endpoint -> endpoint.getAddresses().stream())
                .allMatch(primary::equals));
    platform.shardSet().awaitReady(TOLD);
    // It is told at the end of a pass, and what was put back is seen before that.
    awaitUntil("ChangeReverted", () -> platform.reasons().contains("ChangeReverted"));
  }

  @Test
  void aPasswordThatWasChangedByHandIsTakenOver() {
    Platform platform = sets.ready("password");
    merge(
        cluster.client().secrets().inNamespace(platform.namespace()).withName(NAME + "-app"),
        "{\"stringData\":{\"password\":\"set-by-a-person-2026\"}}");
    awaitUntil("the new password to be PostgreSQL's", () -> platform.logsIn("s0", NAME + "-app"));
    platform.shardSet().awaitReady(TOLD);
  }

  @Test
  void lostDataIsToldAndNothingIsBegunAnew() {
    Platform platform = sets.ready("lost");
    CustomObject shardSet = platform.shardSet();
    claim(platform).delete();
    Pod pod = platform.primary("s0");
    cluster.client().pods().resource(pod).withGracePeriod(0).delete();
    awaitReason(shardSet, "Stalled", "DataLost");
    assertThat(shardSet.is("Ready", "False")).isTrue();
    assertThat(shardSet.message("Ready")).contains("t-s0-config");
    assertThat(platform.reasons()).doesNotContain("Recovered");
  }

  @Test
  void aDeletionThatAPodHoldsSaysWhichPod() {
    Platform platform = sets.ready("held");
    CustomObject shardSet = platform.shardSet();
    Pod holder = cluster.client().pods().resource(holder(platform)).create();
    shardSet.delete();
    awaitReason(shardSet, "Ready", "DeletionBlocked");
    assertThat(shardSet.is("Ready", "True")).isFalse();
    assertThat(shardSet.message("Ready"))
        .contains("still mounted by Pod holder", "delete pod holder");
    cluster.client().pods().resource(holder).withGracePeriod(0).delete();
    shardSet.await("deletion", TOLD, now -> now.get().isEmpty());
  }

  @Test
  void aLargerSizeReachesTheVolumesThatWereKeptAndThoseToCome() {
    Platform platform = sets.empty("size");
    sets.apply(platform, Map.of("deletionPolicy", "Retain"));
    platform.shardSet().awaitReady(Platform.READY);
    CustomObject shardSet = platform.shardSet();
    shardSet.delete();
    shardSet.await("deletion", TOLD, now -> now.get().isEmpty());
    sets.apply(platform, Map.of("deletionPolicy", "Retain", "storage", "{size: 1500Mi}"));
    shardSet.awaitReady(TOLD);
    awaitUntil(
        "the volume to have grown",
        () ->
            claim(platform)
                    .get()
                    .getStatus()
                    .getCapacity()
                    .get("storage")
                    .getNumericalAmount()
                    .compareTo(new Quantity("1500Mi").getNumericalAmount())
                >= 0);
    shardSet.awaitReady(TOLD);
  }

  @Test
  void rightsThatAreDeletedAgainAndAgainCostNoWrite() throws Exception {
    Platform platform = sets.ready("rights");
    String started = platform.sql("s0", "select pg_postmaster_start_time()").getFirst();
    String timeline = timeline(platform);
    String namespace = platform.namespace();
    var rbac = cluster.client().rbac();
    for (int i = 0; i < Scale.ofThisRun().deletions(); i++) {
      rbac.roles().inNamespace(namespace).withName(NAME + "-s0").delete();
      rbac.roleBindings().inNamespace(namespace).withName(NAME + "-s0").delete();
      awaitUntil(
          "role and binding",
          () ->
              rbac.roles().inNamespace(namespace).withName(NAME + "-s0").get() != null
                  && rbac.roleBindings().inNamespace(namespace).withName(NAME + "-s0").get()
                      != null);
      assertThat(platform.sql("s0", "select pg_is_in_recovery()")).containsExactly("f");
    }
    assertThat(timeline(platform)).isEqualTo(timeline);
    assertThat(platform.sql("s0", "select pg_postmaster_start_time()")).containsExactly(started);
    assertThat(platform.reasons()).doesNotContain("Recovered");

    var controllers = cluster.client().apps().statefulSets().inNamespace(namespace);
    String uid = controllers.withName(NAME + "-s0").get().getMetadata().getUid();
    controllers.withName(NAME + "-s0").delete();
    awaitUntil("Recovered", () -> platform.reasons().contains("Recovered"));
    // Said when users are served, and before the status is written: whoever is killed in between
    // says it again.
    platform.sql("s0", "create table public.served ()");
    assertThat(controllers.withName(NAME + "-s0").get().getMetadata().getUid()).isNotEqualTo(uid);
    platform.shardSet().awaitReady(Duration.ofSeconds(5));
  }

  private static String timeline(Platform platform) throws SQLException {
    return platform.sql("s0", "select timeline_id from pg_control_checkpoint()").getFirst();
  }

  private Resource<PersistentVolumeClaim> claim(Platform platform) {
    return cluster
        .client()
        .persistentVolumeClaims()
        .inNamespace(platform.namespace())
        .withName("data-" + NAME + "-s0-0");
  }

  /** A pod of somebody else's that mounts the volume of the instance. */
  private Pod holder(Platform platform) {
    Pod instance = platform.primary("s0");
    return Prober.waiting(
            platform.namespace(),
            "holder",
            instance.getSpec().getContainers().getFirst().getImage())
        .editSpec()
        .withTerminationGracePeriodSeconds(0L)
        .withNodeName(instance.getSpec().getNodeName())
        .editFirstContainer()
        .addNewVolumeMount()
        .withName("data")
        .withMountPath("/data")
        .endVolumeMount()
        .endContainer()
        .addNewVolume()
        .withName("data")
        .withNewPersistentVolumeClaim()
        .withClaimName("data-" + NAME + "-s0-0")
        .endPersistentVolumeClaim()
        .endVolume()
        .endSpec()
        .build();
  }

  private static void merge(Resource<?> resource, String patch) {
    resource.patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private static void awaitReason(CustomObject object, String type, String reason) {
    object.await(type + " with reason " + reason, TOLD, now -> now.reason(type).equals(reason));
  }

  private static void awaitUntil(String what, Supplier<Boolean> condition) {
    Awaitility.await(what)
        .atMost(TOLD)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(condition::get);
  }
}
