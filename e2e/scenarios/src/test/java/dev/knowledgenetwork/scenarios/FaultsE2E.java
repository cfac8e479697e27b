package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testkit.ApiClient;
import dev.knowledgenetwork.testkit.Cluster;
import dev.knowledgenetwork.testkit.Ledger;
import dev.knowledgenetwork.testkit.Platform;
import dev.knowledgenetwork.testkit.Processes;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Every part of a platform dies while documents are written: the API answers again, no acknowledged
 * document is lost, the platform becomes Ready without help.
 */
@Isolated("kills the operator, and measures how long writes stop")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsE2E {

  private static final Duration RECOVERY = Duration.ofMinutes(3);
  private static final Duration REPLACED = Duration.ofMinutes(8);
  private static final Duration EFFECT = Duration.ofSeconds(5);
  private static final int BEFORE = 50;
  private static final int AFTER = 50;

  private final Cluster cluster = Cluster.open();
  private final Platform platform = new Platform(cluster, "e2e-faults", "faults");

  @BeforeAll
  void apply() {
    cluster.namespace(platform.namespace());
    cluster.apply(
        platform.namespace(),
        platform.manifest(
            "ShardSet",
            """
            sharding: {shards: 1}
            instances: 3
            storage: {size: 1Gi}
            resources: {requests: {cpu: 50m, memory: 256Mi}, limits: {memory: 512Mi}}
            pool: {pooler: {instances: 2}}
            deletionPolicy: Delete
            """));
    platform.apply("profile: Development\nshardSet: {name: faults}");
    platform.awaitReady();
  }

  @AfterAll
  void delete() {
    cluster.deleteNamespace(platform.namespace());
    cluster.close();
  }

  @Test
  void theApiPodDies() throws Exception {
    survives("api pod", () -> kill(one(Map.of("app.kubernetes.io/name", "api"))));
  }

  @Test
  void theCacheDies() throws Exception {
    survives("cache pod", () -> kill(one(Map.of("app.kubernetes.io/name", "valkey"))));
  }

  @Test
  void thePrimaryDies() throws Exception {
    survives("primary pod", () -> kill(platform.primary("s0")));
  }

  @Test
  void thePrimaryProcessesAreKilled() throws Exception {
    survives(
        "primary processes",
        () -> Processes.of(platform.primary("s0")).forEach(Processes.Process::kill));
  }

  @Test
  void theOperatorsLeaderDies() throws Exception {
    survives("operator leader", () -> kill(Operator.leader(cluster)));
  }

  /** Tokens of pods that run are void from then on; the new account is for pods of after it. */
  @Test
  void theAccountOfTheInstancesIsDeleted() throws Exception {
    Map<String, String> labels =
        Map.of(
            "app.kubernetes.io/name", "postgres",
            "knowledgenetwork.dev/shard", "s0");
    Set<String> before = uids(labels);
    assertThat(before).hasSize(3);
    Ledger ledger = Ledger.start(platform.api("acme", "ada"), 4);
    try (ledger) {
      awaitWrites(ledger, BEFORE);
      cluster
          .client()
          .serviceAccounts()
          .inNamespace(platform.namespace())
          .withName("faults-s0")
          .delete();
      Instant deleted = Instant.now();
      Set<Long> staying = new HashSet<>();
      Awaitility.await("all instances replaced")
          .atMost(REPLACED)
          .pollInterval(Duration.ofMillis(200))
          .until(
              () -> {
                staying.add(staying(labels));
                Set<String> now = uidsOfReady(labels);
                return now.size() == 3 && now.stream().noneMatch(before::contains);
              });
      Figure.print(
          "account of three instances deleted: all replaced after %d s",
          Duration.between(deleted, Instant.now()).toSeconds());
      assertThat(staying).as("instances that stay at a time").doesNotContain(0L, 1L);
      awaitWhole(deleted);
      platform.awaitReady(RECOVERY);
      awaitWrites(ledger, ledger.acknowledged() + AFTER);
    }
    assertThat(ledger.lost()).as("acknowledged documents lost").isEmpty();
    Figure.print(
        "account of the instances deleted: %d acknowledged, 0 lost, longest gap %.1f s",
        ledger.acknowledged(), ledger.longestGap().toMillis() / 1000.0);
  }

  private Set<String> uids(Map<String, String> labels) {
    return cluster.pods(platform.namespace(), labels).stream()
        .map(pod -> pod.getMetadata().getUid())
        .collect(Collectors.toSet());
  }

  private long staying(Map<String, String> labels) {
    return cluster.pods(platform.namespace(), labels).stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .count();
  }

  private Set<String> uidsOfReady(Map<String, String> labels) {
    return cluster.pods(platform.namespace(), labels).stream()
        .filter(FaultsE2E::isReady)
        .map(pod -> pod.getMetadata().getUid())
        .collect(Collectors.toSet());
  }

  private void survives(String what, Runnable fault) throws Exception {
    for (int death = 0; death < Scale.ofThisRun().deaths(); death++) {
      survivesOne(what, fault);
    }
  }

  private void survivesOne(String what, Runnable fault) throws Exception {
    ApiClient api = platform.api("acme", "ada");
    Ledger ledger = Ledger.start(api, 4);
    try (ledger) {
      awaitWrites(ledger, BEFORE);
      Instant before = Instant.now();
      fault.run();
      awaitWrites(ledger, ledger.acknowledged() + AFTER);
      // The writers go on until all parts are back, so that a late effect of the fault is seen too.
      awaitWhole(before);
      platform.awaitReady(RECOVERY);
    }
    assertThat(ledger.lost()).as("acknowledged documents lost after: " + what).isEmpty();
    Figure.print(
        "%s killed: %d acknowledged, 0 lost, longest gap %.1f s",
        what, ledger.acknowledged(), ledger.longestGap().toMillis() / 1000.0);
  }

  private static void awaitWrites(Ledger ledger, int acknowledged) {
    Awaitility.await(acknowledged + " acknowledged writes")
        .atMost(RECOVERY)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> ledger.acknowledged() >= acknowledged);
  }

  /** All pods run and are ready, and stay so for a moment: a status may lag behind a death. */
  private void awaitWhole(Instant fault) {
    Awaitility.await("all pods ready after the fault")
        .atMost(RECOVERY)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () ->
                Duration.between(fault, Instant.now()).compareTo(EFFECT) > 0
                    && allReady(platform.namespace(), Map.of())
                    && allReady(Cluster.OPERATOR_NAMESPACE, Cluster.OPERATOR_LABELS));
  }

  private boolean allReady(String namespace, Map<String, String> labels) {
    return cluster.pods(namespace, labels).stream()
        .filter(pod -> !"Succeeded".equals(pod.getStatus().getPhase()))
        .allMatch(FaultsE2E::isReady);
  }

  private static boolean isReady(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    condition.getType().equals("Ready") && condition.getStatus().equals("True"));
  }

  private Pod one(Map<String, String> labels) {
    return cluster.pods(platform.namespace(), labels).getFirst();
  }

  /** No grace, no clean end. */
  private void kill(Pod pod) {
    Processes.killPod(cluster, pod);
  }
}
