package dev.knowledgenetwork.operator.runtime.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.ControllerEvents;
import dev.knowledgenetwork.operator.runtime.kit.FakeKubelet;
import dev.knowledgenetwork.operator.runtime.report.EventRecorder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiServer.Extension.class)
class ObstacleObserverIT {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final String QUOTA = "create Pod kn-s0-1 failed: exceeded quota: small.";

  private final KubernetesClient client;
  private final String namespace;
  private final Reference shard;

  ObstacleObserverIT(ApiServer server) {
    client = new KubernetesClientBuilder().withConfig(server.config()).build();
    namespace = server.namespace("obstacles");
    shard = new Reference("StatefulSet", namespace, "kn-s0");
  }

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void aWarningIsToldUntilWhatItIsAboutHasBeenOvercome() {
    assertThat(told()).isEmpty();
    event("Warning", "FailedCreate", QUOTA, NOON.plusSeconds(10));
    event("Normal", "SuccessfulCreate", "create Pod kn-s0-0 successful", NOON.plusSeconds(5));
    assertThat(told())
        .containsExactly(
            "StatefulSet kn-s0: FailedCreate: create Pod kn-s0-1 failed: exceeded quota: small");

    event("Normal", "SuccessfulCreate", "create Pod kn-s0-1 successful", NOON.plusSeconds(20));
    assertThat(told()).as("the quota was raised").isEmpty();

    event("Warning", "FailedCreate", QUOTA, NOON.plusSeconds(30));
    assertThat(told()).as("and is exceeded again").hasSize(1);
  }

  @Test
  void whatWasSaidBeforeIsAboutSomethingElse() {
    event("Warning", "FailedCreate", QUOTA, NOON.minusSeconds(1));
    assertThat(told()).isEmpty();
  }

  @Test
  void whatTheOperatorToldOfOthersStandsInTheirConditions() {
    client
        .resource(
            ControllerEvents.about(shard, "Warning", "FailedCreate", QUOTA, NOON.plusSeconds(10))
                .withReportingComponent(EventRecorder.CONTROLLER)
                .build())
        .create();
    assertThat(told()).isEmpty();
  }

  /** Patroni outlives the end of PostgreSQL: the pod runs and nothing else says why. */
  @Test
  void aPodThatRunsAndDoesNotGetReadyHasItsLogRead() {
    try (FakeKubelet kubelet = new FakeKubelet(client)) {
      kubelet.wrote(
          "kn-s0-0",
          """
          2026-01-01 11:59:09.100 UTC [37] FATAL:  could not map anonymous shared memory: Cannot allocate memory
          2026-01-01 11:59:11,120 INFO: Lock owner: None; I am kn-s0-0
          """);
      pod(kubelet.node());
      runs(NOON.minusSeconds(60), false);
      ceased(NOON.plusSeconds(9));
      assertThat(told())
          .containsExactly(
              "Pod kn-s0-0 runs and is not ready, its log says: FATAL: could not map anonymous"
                  + " shared memory: Cannot allocate memory");

      ceased(NOON.plusSeconds(10));
      assertThat(told()).as("it served for a while after that").isEmpty();

      runs(NOON.minusSeconds(10), false);
      assertThat(told()).as("it has just begun").isEmpty();
      runs(NOON.minusSeconds(60), true);
      assertThat(told()).as("it is ready").isEmpty();
    }
  }

  private void ceased(Instant when) {
    Pod pod = client.pods().inNamespace(namespace).withName("kn-s0-0").get();
    pod.getStatus()
        .setConditions(
            List.of(
                new PodConditionBuilder()
                    .withType("Ready")
                    .withStatus("False")
                    .withLastTransitionTime(when.toString())
                    .build()));
    client.resource(pod).patchStatus();
  }

  private void runs(Instant since, boolean ready) {
    Pod pod = client.pods().inNamespace(namespace).withName("kn-s0-0").get();
    pod.setStatus(
        new PodStatusBuilder()
            .withPhase("Running")
            .addNewContainerStatus()
            .withName("postgres")
            .withImage("kn.local/postgres:1")
            .withImageID("")
            .withReady(ready)
            .withRestartCount(0)
            .withNewState()
            .withNewRunning(since.toString())
            .endState()
            .endContainerStatus()
            .build());
    client.resource(pod).patchStatus();
  }

  private void pod(String node) {
    client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("kn-s0-0")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .addNewContainer()
                .withName("postgres")
                .withImage("kn.local/postgres:1")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  private List<String> told() {
    return new ObstacleObserver<ShardSet>(client, InstantSource.fixed(NOON))
        .ask(
            new Target("ShardSet", namespace, "kn", ""),
            new ObstacleObserver.Question(
                Set.of(shard, new Reference("Pod", namespace, "kn-s0-0")), NOON))
        .messages();
  }

  private void event(String type, String reason, String message, Instant at) {
    client.resource(ControllerEvents.about(shard, type, reason, message, at).build()).create();
  }
}
