package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testkit.Cluster;
import dev.knowledgenetwork.testkit.CustomObject;
import dev.knowledgenetwork.testkit.Platform;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A cache has one pod. What does not start must not reach it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CacheRollE2E {

  private static final Duration SOON = Duration.ofMinutes(3);

  private final Cluster cluster = Cluster.open();
  private final Platform platform = new Platform(cluster, "e2e-cache-roll", "roll");
  private final CustomObject tier = platform.cacheTier();

  @BeforeAll
  void apply() {
    cluster.namespace(platform.namespace());
    cluster.apply(platform.namespace(), platform.manifest("CacheTier", "l2: {memory: 32Mi}"));
    tier.awaitReady(SOON);
  }

  @AfterAll
  void delete() {
    cluster.deleteNamespace(platform.namespace());
    cluster.close();
  }

  @Test
  void aChangeIsTriedThenReachesThePod() {
    String before = uid();
    tier.patch("{\"spec\": {\"l2\": {\"memory\": \"48Mi\"}}}");
    tier.await("the change in force", SOON, now -> "48Mi".equals(now.at("status.memory")));
    tier.await("rest", SOON, now -> now.is("Ready", "True") && now.is("Reconciling", "False"));
    assertThat(uid()).isNotEqualTo(before);
    assertThat(platform.reasons())
        .contains("RollStarted", "RollSucceeded")
        .doesNotContain("Unavailable");
    assertThat(platform.jobs()).isEmpty();
  }

  @Test
  void anImageThatCannotBePulledOrDoesNotStartReachesNoPod() {
    String before = uid();
    tier.patch("{\"spec\": {\"l2\": {\"image\": \"kn.local/valkey:nowhere\"}}}");
    tier.await(
        "the words of the kubelet",
        SOON,
        now -> tier.message("Reconciling").contains("kn.local/valkey:nowhere"));
    assertThat(tier.is("Ready", "True")).isTrue();

    String other =
        cluster
            .pods("knowledgenetwork-system", Map.of())
            .getFirst()
            .getSpec()
            .getContainers()
            .getFirst()
            .getImage();
    tier.patch("{\"spec\": {\"l2\": {\"image\": \"%s\"}}}".formatted(other));
    tier.await(
        "a refusal", SOON, now -> tier.message("Stalled").contains("does not start, so valkey"));
    assertThat(tier.is("Ready", "True")).isTrue();

    tier.patch("{\"spec\": {\"l2\": {\"image\": null}}}");
    tier.await(
        "all as before", SOON, now -> now.is("Stalled", "False") && now.is("Reconciling", "False"));
    assertThat(uid()).isEqualTo(before);
  }

  @Test
  void aTemplateThatIsEditedByHandReplacesNoPod() {
    String before = uid();
    RollableScalableResource<StatefulSet> set =
        cluster
            .client()
            .apps()
            .statefulSets()
            .inNamespace(platform.namespace())
            .withName("roll-valkey");
    Long grace = set.get().getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds();
    set.edit(
        now -> {
          now.getSpec().getTemplate().getSpec().setTerminationGracePeriodSeconds(grace + 1);
          return now;
        });
    set.waitUntilCondition(
        now ->
            grace.equals(now.getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds())
                && now.getMetadata()
                    .getGeneration()
                    .equals(now.getStatus().getObservedGeneration()),
        SOON.toSeconds(),
        TimeUnit.SECONDS);
    tier.await("rest", SOON, now -> now.is("Ready", "True") && now.is("Reconciling", "False"));
    assertThat(uid()).isEqualTo(before);
  }

  private String uid() {
    List<Pod> pods = cluster.pods(platform.namespace(), Map.of("app.kubernetes.io/name", "valkey"));
    assertThat(pods).hasSize(1);
    return pods.getFirst().getMetadata().getUid();
  }
}
