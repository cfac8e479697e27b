package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testkit.Cluster;
import dev.knowledgenetwork.testkit.CustomObject;
import dev.knowledgenetwork.testkit.History;
import dev.knowledgenetwork.testkit.KStatus;
import dev.knowledgenetwork.testkit.Platform;
import dev.knowledgenetwork.testkit.Processes;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Create, update, failure, recovery, delete, as generic tools see them: every version of the three
 * objects is recorded and judged by the rules of kstatus.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatusWalkE2E {

  private static final Duration READY = Platform.READY;
  private static final List<String> KINDS = List.of("KnowledgeNetwork", "ShardSet", "CacheTier");

  private final Cluster cluster = Cluster.open();
  private final Platform platform = new Platform(cluster, "e2e-status", "walk");

  @AfterAll
  void delete() {
    cluster.deleteNamespace(platform.namespace());
    cluster.close();
  }

  @Test
  void everyStepIsToldTruthfully() {
    cluster.namespace(platform.namespace());
    try (History history = History.watch(cluster, platform.namespace(), KINDS)) {
      created(history);
      updated(history);
      failedAndRecovered(history);
      stalledAndMended();
      pausedAndResumed();
      deleted(history);
    }
  }

  private void created(History history) {
    platform.apply("profile: Development\ndeletionPolicy: Delete");
    platform.awaitReady();
    for (String kind : KINDS) {
      // It serves before the last of what was asked for is done.
      Awaitility.await(kind + " to be done")
          .atMost(READY)
          .until(() -> KStatus.of(history.of(kind).getLast()) == KStatus.CURRENT);
      List<GenericKubernetesResource> versions = history.of(kind);
      GenericKubernetesResource first =
          versions.stream().filter(v -> v.get("status") != null).findFirst().orElseThrow();
      assertThat(status(first, "Ready")).as("first status of " + kind).isEqualTo("Unknown");
      assertThat(versions)
          .filteredOn(v -> v.get("status") != null)
          .allSatisfy(StatusWalkE2E::isWellFormed)
          .as("a platform that is being made is never Degraded")
          .allSatisfy(v -> assertThat(status(v, "Degraded")).isNotEqualTo("True"));
      assertThat(KStatus.of(versions.getFirst())).isEqualTo(KStatus.IN_PROGRESS);
    }
  }

  private void updated(History history) {
    history.clear();
    platform.network().patch("{\"spec\":{\"api\":{\"replicas\":2}}}");
    platform
        .network()
        .await(
            "two API pods",
            READY,
            network ->
                network.is("Ready", "True")
                    && cluster
                            .pods(platform.namespace(), Map.of("app.kubernetes.io/name", "api"))
                            .size()
                        == 2);
    List<GenericKubernetesResource> versions = history.of("KnowledgeNetwork");
    assertThat(versions).anyMatch(v -> KStatus.of(v) == KStatus.IN_PROGRESS);
    assertThat(versions)
        .as("planned work is not a defect")
        .allSatisfy(v -> assertThat(status(v, "Degraded")).isNotEqualTo("True"));
  }

  private void failedAndRecovered(History history) {
    history.clear();
    Processes.killPod(cluster, platform.primary("s0"));
    Awaitility.await("the loss to be told")
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> history.of("ShardSet").stream().anyMatch(v -> KStatus.of(v) != KStatus.CURRENT));
    platform.shardSet().awaitReady(READY);
    platform.awaitReady();
  }

  private void stalledAndMended() {
    CustomObject network = platform.network();
    network.patch("{\"spec\":{\"cacheTier\":{\"name\":\"absent\"}}}");
    network.await(
        "CacheReady to say what is missing",
        Duration.ofMinutes(2),
        n -> n.is("CacheReady", "False") && !n.is("Ready", "True"));
    assertThat(String.valueOf(network.condition("CacheReady").orElseThrow().get("message")))
        .contains("absent");
    assertThat(cluster.pods(platform.namespace(), Map.of("app.kubernetes.io/name", "api")))
        .as("what runs goes on")
        .isNotEmpty();
    network.patch("{\"spec\":{\"cacheTier\":null}}");
    platform.awaitReady();
  }

  private void pausedAndResumed() {
    CustomObject shardSet = platform.shardSet();
    shardSet.patch("{\"metadata\":{\"annotations\":{\"knowledgenetwork.dev/paused\":\"true\"}}}");
    shardSet.await(
        "a word about the pause",
        Duration.ofMinutes(2),
        s -> s.conditions().stream().anyMatch(c -> "Paused".equals(c.get("reason"))));
    shardSet.patch("{\"metadata\":{\"annotations\":{\"knowledgenetwork.dev/paused\":null}}}");
    shardSet.awaitReady(READY);
    platform.awaitReady();
  }

  private void deleted(History history) {
    history.clear();
    platform.network().delete();
    Awaitility.await("all three gone")
        .atMost(READY)
        .until(
            () ->
                platform.network().get().isEmpty()
                    && platform.shardSet().get().isEmpty()
                    && platform.cacheTier().get().isEmpty());
    assertThat(history.of("ShardSet"))
        .as("a deletion in progress is seen as such")
        .anyMatch(v -> KStatus.of(v) == KStatus.TERMINATING);
  }

  @SuppressWarnings("unchecked")
  private static void isWellFormed(GenericKubernetesResource object) {
    assertThat((Object) object.get("status", "observedGeneration")).isNotNull();
    List<Map<String, Object>> conditions =
        (List<Map<String, Object>>) object.get("status", "conditions");
    assertThat(conditions)
        .allSatisfy(
            condition -> {
              assertThat(condition)
                  .containsKeys(
                      "type", "status", "reason", "lastTransitionTime", "observedGeneration");
              assertThat((String) condition.get("reason")).matches("[A-Z][A-Za-z]+");
              assertThat(String.valueOf(condition.get("message"))).doesNotContain("Exception");
            });
  }

  @SuppressWarnings("unchecked")
  private static String status(GenericKubernetesResource object, String type) {
    List<Map<String, Object>> conditions =
        (List<Map<String, Object>>) object.get("status", "conditions");
    return conditions == null
        ? "absent"
        : conditions.stream()
            .filter(c -> type.equals(c.get("type")))
            .map(c -> (String) c.get("status"))
            .findFirst()
            .orElse("absent");
  }
}
