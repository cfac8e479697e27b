package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testkit.Cluster;
import dev.knowledgenetwork.testkit.Ledger;
import dev.knowledgenetwork.testkit.Platform;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A shard is handed over, restarted and rolled while an application writes, and nothing is lost; a
 * change that does not start reaches no instance. The gaps that it prints are figures only where
 * nothing runs beside it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OperationsE2E {

  private static final Duration READY = Platform.READY;
  private static final int WRITES = Scale.ofThisRun().writes();

  private final Cluster cluster = Cluster.open();
  private final Platform platform = new Platform(cluster, "e2e-operations", "ops");

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
            deletionPolicy: Delete
            """));
    platform.apply("profile: Development\nshardSet: {name: ops}");
    platform.awaitReady();
  }

  @AfterAll
  void delete() {
    cluster.deleteNamespace(platform.namespace());
    cluster.close();
  }

  @Test
  @Order(1)
  void aSwitchoverIsDoneOnceAndLosesNothing() throws Exception {
    String before = primary();
    long losses = losses();
    whileWriting("switchover", () -> annotate("switchover", "s0"), () -> await("Switchover", "s0"));
    assertThat(primary()).isNotEqualTo(before);
    assertThat(platform.shardSet().is("Degraded", "False")).isTrue();
    assertThat(losses()).as("what is done on purpose is no loss").isEqualTo(losses);
    assertThat(platform.reasons()).contains("SwitchoverStarted", "SwitchoverSucceeded");

    String leads = primary();
    annotate("reconcile-now", "once more");
    Awaitility.await("the same request is not done again")
        .during(Duration.ofSeconds(10))
        .atMost(Duration.ofSeconds(15))
        .until(() -> primary().equals(leads));
    whileWriting(
        "the same once more",
        () -> annotate("switchover", "s0#2"),
        () -> await("Switchover", "s0#2"));
    assertThat(primary()).isNotEqualTo(leads);
  }

  private long losses() {
    return platform.reasons().stream().filter("InstancesLost"::equals).count();
  }

  @Test
  @Order(2)
  void aRestartReplacesEveryInstanceAndLosesNothing() throws Exception {
    Set<String> before = uids();
    String primary = primary();
    whileWriting("restart", () -> annotate("restart", "s0"), () -> await("Restart", "s0"));
    assertThat(uids()).hasSize(3).doesNotContainAnyElementsOf(before);
    assertThat(primary()).as("it handed over before its turn came").isNotEqualTo(primary);
  }

  @Test
  @Order(3)
  void aSettingThatNeedsARestartIsTriedThenRolledAndLosesNothing() throws Exception {
    Set<String> before = uids();
    whileWriting(
        "roll",
        () -> parameters("{\"autovacuum_max_workers\": \"4\"}"),
        () ->
            platform
                .shardSet()
                .await(
                    "the setting in force everywhere",
                    READY,
                    set -> set.is("Reconciling", "False") && operation("Roll") == null));
    assertThat(uids()).hasSize(3).doesNotContainAnyElementsOf(before);
    assertThat(platform.sql("s0", "show autovacuum_max_workers")).containsExactly("4");
    assertThat(platform.reasons()).contains("RollStarted", "RollSucceeded");
  }

  @Test
  @Order(4)
  void aSettingThatDoesNotStartReachesNoInstance() throws Exception {
    Set<String> before = uids();
    parameters("{\"huge_pages\": \"on\"}");
    platform
        .shardSet()
        .await(
            "words of PostgreSQL",
            READY,
            set ->
                set.is("Stalled", "True")
                    && platform.shardSet().message("Stalled").contains("does not start"));
    assertThat(platform.shardSet().message("Stalled"))
        .contains("could not map anonymous shared memory", "logs job/ops-s0-try-");
    assertThat(platform.shardSet().is("Ready", "True")).isTrue();
    assertThat(uids()).isEqualTo(before);

    parameters("{\"huge_pages\": null}");
    platform
        .shardSet()
        .await(
            "all as before",
            READY,
            set -> set.is("Stalled", "False") && set.is("Reconciling", "False"));
    assertThat(uids()).isEqualTo(before);
    assertThat(platform.sql("s0", "show autovacuum_max_workers")).containsExactly("4");
  }

  @Test
  @Order(5)
  void anImageThatCannotBePulledReachesNoInstance() {
    Set<String> before = uids();
    platform.shardSet().patch("{\"spec\": {\"image\": \"kn.local/postgres:nowhere\"}}");
    platform
        .shardSet()
        .await(
            "a throw-away instance that finds no image",
            READY,
            set ->
                platform.shardSet().message("Reconciling").contains("kn.local/postgres:nowhere"));
    assertThat(platform.shardSet().is("Ready", "True")).isTrue();
    assertThat(uids()).isEqualTo(before);

    platform.shardSet().patch("{\"spec\": {\"image\": null}}");
    platform.shardSet().await("all as before", READY, set -> set.is("Reconciling", "False"));
    assertThat(uids()).isEqualTo(before);
  }

  @Test
  @Order(6)
  void aRequestForAShardThatIsNotThereSaysWhichThereAre() {
    annotate("restart", "s7");
    platform
        .shardSet()
        .await(
            "a refusal",
            READY,
            set -> platform.shardSet().message("Stalled").contains("use one of s0"));
    assertThat(platform.shardSet().is("Ready", "True")).isTrue();
    platform
        .shardSet()
        .patch("{\"metadata\": {\"annotations\": {\"knowledgenetwork.dev/restart\": null}}}");
    platform.shardSet().await("no refusal", READY, set -> set.is("Stalled", "False"));
  }

  private void whileWriting(String what, Runnable begin, Runnable end) throws Exception {
    Ledger ledger = Ledger.start(platform.api("acme", "ada"), 4);
    try (ledger) {
      awaitWrites(ledger);
      begin.run();
      end.run();
      awaitWrites(ledger);
    }
    assertThat(ledger.lost()).as("acknowledged documents lost by a " + what).isEmpty();
    Figure.print(
        "%s of three instances: %d acknowledged, 0 lost, longest gap %.1f s",
        what, ledger.acknowledged(), ledger.longestGap().toMillis() / 1000.0);
  }

  private static void awaitWrites(Ledger ledger) {
    int enough = ledger.acknowledged() + WRITES;
    Awaitility.await(enough + " acknowledged writes")
        .atMost(READY)
        .until(() -> ledger.acknowledged() >= enough);
  }

  private void annotate(String key, String value) {
    platform
        .shardSet()
        .patch(
            "{\"metadata\": {\"annotations\": {\"knowledgenetwork.dev/%s\": \"%s\"}}}"
                .formatted(key, value));
  }

  private void parameters(String json) {
    platform.shardSet().patch("{\"spec\": {\"parameters\": %s}}".formatted(json));
  }

  /** Waits until the request is done. */
  private void await(String type, String id) {
    platform
        .shardSet()
        .await(
            type + " " + id,
            READY,
            set -> {
              Map<String, Object> operation = operation(type);
              return operation != null
                  && id.equals(operation.get("id"))
                  && "Succeeded".equals(operation.get("phase"));
            });
  }

  @SuppressWarnings("unchecked")
  private @Nullable Map<String, Object> operation(String type) {
    Object all = platform.shardSet().at("status.operations");
    return ((List<Map<String, Object>>) Objects.requireNonNullElse(all, List.of()))
        .stream().filter(each -> type.equals(each.get("type"))).findFirst().orElse(null);
  }

  private String primary() {
    return platform.primary("s0").getMetadata().getName();
  }

  private Set<String> uids() {
    return cluster.pods(platform.namespace(), Map.of("app.kubernetes.io/name", "postgres")).stream()
        .map(Pod::getMetadata)
        .map(metadata -> metadata.getUid())
        .collect(Collectors.toSet());
  }
}
