package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testkit.CustomObject;
import dev.knowledgenetwork.testkit.Platform;
import dev.knowledgenetwork.testkit.Processes;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Two instances of which each has, for a while, what the other one lacks. */
class PairE2E extends ShardSetScenarios {

  private static final Duration SOON = Duration.ofMinutes(4);
  private static final Pattern ANNOTATE =
      Pattern.compile("annotate endpoints (\\S+)((?: [a-z]+-)+)");

  PairE2E() {
    super("e2e-pair-");
  }

  @Test
  void ofTwoInstancesThatAreLostOneAfterTheOtherNothingIsLostThatEitherTook() throws Exception {
    Platform platform = begun("one-by-one");
    String history = history(platform);

    Pod first = platform.primary("s0");
    cluster.client().pods().resource(first).delete();
    awaitAnotherTimeline(platform, history);
    awaitWrite(platform);
    cluster.client().pods().resource(platform.primary("s0")).delete();

    sets.awaitWhole(platform, 2);
    awaitFollowed(platform);
    assertThat(platform.sql("s0", "select n from public.kept order by n"))
        .containsExactly("1", "2");
    assertThat(platform.sql("s0", "select sync_state from pg_stat_replication")).hasSize(1);
  }

  @Test
  void whereTheNewestDataIsLostNobodyLeadsUntilAPersonSaysThatTheRestIsEnough() throws Exception {
    Platform platform = begun("newest");
    String history = history(platform);
    Pod newest = platform.primary("s0");
    Pod behind =
        cluster
            .pods(
                platform.namespace(),
                Map.of("app.kubernetes.io/name", "postgres", "knowledgenetwork.dev/shard", "s0"))
            .stream()
            .filter(pod -> !name(pod).equals(name(newest)))
            .findFirst()
            .orElseThrow();

    // While one is away, the other one begins a timeline of its own, takes a write and is lost.
    allowPods(platform, "0");
    cluster.client().pods().resource(behind).delete();
    Awaitility.await("one that is away")
        .atMost(SOON)
        .until(() -> cluster.client().pods().resource(behind).get() == null);
    Processes.of(newest).forEach(Processes.Process::kill);
    awaitAnotherTimeline(platform, history);
    awaitWrite(platform);
    String volume = "data-" + name(newest);
    cluster
        .client()
        .persistentVolumeClaims()
        .inNamespace(platform.namespace())
        .withName(volume)
        .delete();
    // Before the deletion: what Kubernetes refused it tries again after minutes only, or at a
    // change.
    allowPods(platform, "20");
    cluster.client().pods().resource(newest).withGracePeriod(0).delete();

    CustomObject shardSet = platform.shardSet();
    shardSet.await("DataLost", SOON, now -> now.reason("Stalled").equals("DataLost"));
    assertThat(shardSet.message("Stalled"))
        .contains(name(newest) + " had it", name(behind) + " lacks it");
    assertThat(shardSet.is("Ready", "True")).isFalse();
    assertThat(shardSet.at("status.shards").toString()).contains("lastPrimary=" + name(newest));

    follow(platform, shardSet.message("Stalled"));
    sets.awaitWhole(platform, 2);
    assertThat(platform.sql("s0", "select n from public.kept order by n")).containsExactly("1");
  }

  /** Does what the message says: kubectl annotate endpoints OBJECT KEY- ... */
  private void follow(Platform platform, String message) {
    Matcher command = ANNOTATE.matcher(message);
    int followed = 0;
    for (; command.find(); followed++) {
      List<String> keys =
          Stream.of(command.group(2).strip().split(" "))
              .map(key -> key.substring(0, key.length() - 1))
              .toList();
      cluster
          .client()
          .endpoints()
          .inNamespace(platform.namespace())
          .withName(command.group(1))
          .edit(
              endpoints -> {
                endpoints.getMetadata().getAnnotations().keySet().removeAll(keys);
                return endpoints;
              });
    }
    assertThat(followed).as("commands in: " + message).isEqualTo(2);
  }

  /** Sets a quota; pods that are there stay. */
  private void allowPods(Platform platform, String most) {
    Resource<ResourceQuota> quota =
        cluster
            .client()
            .resource(
                new ResourceQuotaBuilder()
                    .withNewMetadata()
                    .withName("pods")
                    .withNamespace(platform.namespace())
                    .endMetadata()
                    .withNewSpec()
                    .addToHard("pods", new Quantity(most))
                    .endSpec()
                    .build());
    quota.serverSideApply();
    Awaitility.await("the quota in force")
        .atMost(SOON)
        .until(
            () -> quota.get().getStatus(),
            status -> status != null && new Quantity(most).equals(status.getHard().get("pods")));
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getName();
  }

  /** Two instances that have the same. */
  private Platform begun(String namespace) throws SQLException {
    Platform platform = sets.empty(namespace);
    sets.apply(platform, Map.of("instances", "2"));
    sets.awaitWhole(platform, 2);
    platform.sql("s0", "create table public.kept (n int primary key)");
    platform.sql("s0", "insert into public.kept values (1)");
    awaitFollowed(platform);
    return platform;
  }

  /** Patroni remembers a timeline within seconds of its begin; before, nobody could know it. */
  private void awaitAnotherTimeline(Platform platform, String history) {
    Awaitility.await("another timeline")
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> history(platform), now -> !now.equals(history));
  }

  private static void awaitWrite(Platform platform) {
    Awaitility.await("a write of the one that leads")
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> platform.sql("s0", "insert into public.kept values (2)").isEmpty());
  }

  private static void awaitFollowed(Platform platform) {
    Awaitility.await("a replica that has all")
        .atMost(SOON)
        .ignoreExceptions()
        .until(
            () ->
                platform
                    .sql(
                        "s0",
                        "select 1 from pg_stat_replication where replay_lsn = pg_current_wal_lsn()")
                    .size(),
            replicas -> replicas == 1);
  }

  /** What Patroni remembers of the timelines of the shard. */
  private String history(Platform platform) {
    return cluster
        .client()
        .endpoints()
        .inNamespace(platform.namespace())
        .withName("t-s0-config")
        .get()
        .getMetadata()
        .getAnnotations()
        .getOrDefault("history", "");
  }
}
