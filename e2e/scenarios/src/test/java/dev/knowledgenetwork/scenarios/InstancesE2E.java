package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testkit.Cluster;
import dev.knowledgenetwork.testkit.CustomObject;
import dev.knowledgenetwork.testkit.Ledger;
import dev.knowledgenetwork.testkit.Platform;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Instances come and go, and what was acknowledged stays: also where the primary is one of those
 * that go, and where retained volumes are taken up by fewer instances than there were. The gap that
 * it prints is a figure only where nothing runs beside it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InstancesE2E {

  private static final Duration READY = Platform.READY;
  private static final int WRITES = Scale.ofThisRun().writes();

  private final Cluster cluster = Cluster.open();
  private final Platform platform = new Platform(cluster, "e2e-instances", "inst");

  @BeforeAll
  void apply() {
    cluster.namespace(platform.namespace());
    cluster.apply(platform.namespace(), shardSet(3));
    platform.apply("profile: Development\nshardSet: {name: inst}");
    platform.awaitReady();
  }

  @AfterAll
  void delete() {
    cluster.deleteNamespace(platform.namespace());
    cluster.close();
  }

  @Test
  void nothingIsLostFromThreeInstancesToOneAndBack() throws Exception {
    switchover("inst-s0-2");
    Ledger ledger = Ledger.start(platform.api("acme", "ada"), 4);
    try (ledger) {
      awaitWrites(ledger);
      cluster.apply(platform.namespace(), shardSet(1));
      awaitInstances(1);
      awaitWrites(ledger);
    }
    assertThat(platform.primary("s0").getMetadata().getName()).isEqualTo("inst-s0-0");
    assertThat(ledger.lost()).as("acknowledged documents lost by a scale-in").isEmpty();
    Figure.print(
        "3 instances to 1 with the primary among those that go: %d acknowledged, 0 lost,"
            + " longest gap %.1f s",
        ledger.acknowledged(), ledger.longestGap().toMillis() / 1000.0);

    cluster.apply(platform.namespace(), shardSet(3));
    awaitInstances(3);
    switchover("inst-s0-2");
    platform.network().delete();
    platform.shardSet().delete();
    Awaitility.await("the ShardSet to be gone")
        .atMost(READY)
        .until(
            () ->
                platform.shardSet().get().isEmpty()
                    && cluster.pods(platform.namespace(), Map.of()).isEmpty());

    cluster.apply(platform.namespace(), shardSet(1));
    platform.shardSet().await("Stalled=True", READY, shardSet -> shardSet.is("Stalled", "True"));
    assertThat(platform.shardSet().condition("Stalled").orElseThrow().get("message"))
        .asString()
        .startsWith("spec.instances: the newest data of shard s0 may be with inst-s0-")
        .endsWith(": set instances as it was, and lower it once the ShardSet is Ready.");
    assertThat(cluster.pods(platform.namespace(), Map.of())).isEmpty();

    cluster.apply(platform.namespace(), shardSet(3));
    platform.apply("profile: Development\nshardSet: {name: inst}");
    platform.awaitReady();
    assertThat(ledger.lost(platform.api("acme", "ada")))
        .as("acknowledged documents lost by a new start")
        .isEmpty();
  }

  @Test
  void aReplicaThatDoesNotFollowIsToldAndIsMadeAnewAsItIsTold() throws Exception {
    switchover("inst-s0-0");
    awaitInstances(3);
    String password =
        new String(
            platform.secret("inst-superuser").get("replication-password"), StandardCharsets.UTF_8);
    platform.sql("s0", "alter role replicator password 'another'");
    platform.sql(
        "s0",
        "select pg_terminate_backend(pid) from pg_stat_replication"
            + " where application_name = 'inst-s0-2'");
    CustomObject shardSet = platform.shardSet();
    shardSet.await("Degraded=True", READY, now -> now.is("Degraded", "True"));
    assertThat(shardSet.is("Ready", "True")).as("users are served").isTrue();
    assertThat(shardSet.message("Degraded"))
        .contains("inst-s0-2 runs, but does not follow its primary")
        .contains("delete pvc/data-inst-s0-2 pod/inst-s0-2");

    platform.sql("s0", "alter role replicator password '%s'".formatted(password));
    shardSet.await("Degraded=False", READY, now -> now.is("Degraded", "False"));

    String before = claim().get().getMetadata().getUid();
    claim().delete();
    cluster.client().pods().inNamespace(platform.namespace()).withName("inst-s0-2").delete();
    Awaitility.await("another claim")
        .atMost(READY)
        .until(
            () -> claim().get(), now -> now != null && !now.getMetadata().getUid().equals(before));
    awaitInstances(3);
    shardSet.await("Degraded=False", READY, now -> now.is("Degraded", "False"));
  }

  private Resource<PersistentVolumeClaim> claim() {
    return cluster
        .client()
        .persistentVolumeClaims()
        .inNamespace(platform.namespace())
        .withName("data-inst-s0-2");
  }

  private GenericKubernetesResource shardSet(int instances) {
    return platform.manifest(
        "ShardSet",
        """
        sharding: {shards: 1}
        instances: %d
        storage: {size: 1Gi}
        resources: {requests: {cpu: 50m, memory: 256Mi}, limits: {memory: 512Mi}}
        deletionPolicy: Retain
        """
            .formatted(instances));
  }

  private void awaitInstances(int instances) {
    platform
        .shardSet()
        .await(
            instances + " instances",
            READY,
            shardSet ->
                shardSet.is("Ready", "True")
                    && shardSet.is("Reconciling", "False")
                    && Integer.valueOf(instances).equals(shardSet.at("status.instances"))
                    && Integer.valueOf(instances).equals(shardSet.at("status.readyInstances")));
    Awaitility.await(instances + " pods")
        .atMost(READY)
        .until(
            () ->
                cluster
                        .pods(platform.namespace(), Map.of("app.kubernetes.io/name", "postgres"))
                        .size()
                    == instances);
  }

  private static void awaitWrites(Ledger ledger) {
    int enough = ledger.acknowledged() + WRITES;
    Awaitility.await(enough + " acknowledged writes")
        .atMost(READY)
        .until(() -> ledger.acknowledged() >= enough);
  }

  /** By Patroni's own tool: the operator has no part in it. Refused until the candidate follows. */
  private void switchover(String candidate) {
    Awaitility.await(candidate + " to lead")
        .atMost(READY)
        .pollInterval(Duration.ofSeconds(5))
        .until(
            () -> {
              String primary = platform.primary("s0").getMetadata().getName();
              if (!primary.equals(candidate)) {
                patronictl(primary, "switchover", "--candidate", candidate, "--force");
              }
              return primary.equals(candidate);
            });
  }

  private void patronictl(String pod, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("patronictl", "-c", "/etc/patroni"));
    command.addAll(List.of(arguments));
    try (ExecWatch exec =
        cluster
            .client()
            .pods()
            .inNamespace(platform.namespace())
            .withName(pod)
            .redirectingOutput()
            .exec(command.toArray(String[]::new))) {
      exec.exitCode().get(1, TimeUnit.MINUTES);
    }
  }
}
