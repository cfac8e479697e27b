package dev.knowledgenetwork.operator.runtime.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.workload.Readiness;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChildKindsTest {

  private static final Map<String, String> READ =
      Map.of(
          "initialize", "7000000000000000000",
          "leader", "kn-s0-2",
          "sync_standby", "kn-s0-0,kn-s0-1",
          "knowledgenetwork.dev/desired-hash", "0123456789abcdef");

  @Test
  void ofPatronisMemoryOnlyWhatAPlanReadsIsKept() {
    Endpoints live =
        new EndpointsBuilder()
            .withNewMetadata()
            .withName("kn-s0-sync")
            .addToAnnotations(READ)
            .addToAnnotations("renewTime", "2026-01-01T00:00:00Z")
            .addToAnnotations("optime", "30879952")
            .endMetadata()
            .addNewSubset()
            .addNewAddress()
            .withIp("10.244.0.7")
            .endAddress()
            .endSubset()
            .build();
    Endpoints kept = strip(live);
    assertThat(kept.getMetadata().getAnnotations()).isEqualTo(READ);
    assertThat(kept.getSubsets()).isEqualTo(List.of());
  }

  @Test
  void ofPodsOnlyWhatTheySayOfThemselvesIsKept() {
    ContainerStatus waiting =
        new ContainerStatusBuilder()
            .withName("postgres")
            .withReady(false)
            .withRestartCount(3)
            .withNewState()
            .withNewWaiting("back-off", "CrashLoopBackOff")
            .endState()
            .withNewLastState()
            .withNewTerminated()
            .withExitCode(137)
            .withReason("OOMKilled")
            .endTerminated()
            .endLastState()
            .build();
    Pod live =
        new PodBuilder()
            .withNewMetadata()
            .withName("kn-s0-0")
            .addToLabels("knowledgenetwork.dev/role", "primary")
            .addToAnnotations("knowledgenetwork.dev/secrets-hash", "4711")
            .addToAnnotations("status", "{\"xlog_location\": 30879952}")
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("postgres")
            .endContainer()
            .endSpec()
            .withNewStatus()
            .withPhase("Running")
            .withPodIP("10.244.0.7")
            .addNewCondition()
            .withType("Ready")
            .withStatus("False")
            .endCondition()
            .addToContainerStatuses(
                new ContainerStatusBuilder(waiting).withImageID("sha256:0").build())
            .endStatus()
            .build();
    assertThat(strip(live))
        .isEqualTo(
            new PodBuilder()
                .withNewMetadata()
                .withName("kn-s0-0")
                .addToLabels("knowledgenetwork.dev/role", "primary")
                .addToAnnotations("knowledgenetwork.dev/secrets-hash", "4711")
                .endMetadata()
                .withNewStatus()
                .withPhase("Running")
                .withPodIP("10.244.0.7")
                .addNewCondition()
                .withType("Ready")
                .withStatus("False")
                .endCondition()
                .addToContainerStatuses(waiting)
                .endStatus()
                .build());
  }

  @Test
  void whatAPodAsksOfANodeIsKeptWhileTheSchedulerFindsNone() {
    Map<String, Quantity> asked = Map.of("memory", new Quantity("900Gi"));
    assertThat(strip(scheduled("False")).getSpec())
        .isEqualTo(
            new PodSpecBuilder()
                .addToNodeSelector("disk", "ssd")
                .addNewContainer()
                .withName("postgres")
                .withNewResources()
                .withRequests(asked)
                .endResources()
                .endContainer()
                .build());
    assertThat(strip(scheduled("True")).getSpec()).isNull();
  }

  private static Pod scheduled(String status) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("kn-s0-0")
        .endMetadata()
        .withNewSpec()
        .addToNodeSelector("disk", "ssd")
        .withServiceAccountName("kn-s0")
        .addNewContainer()
        .withName("postgres")
        .withImage("postgres")
        .withNewResources()
        .withRequests(Map.of("memory", new Quantity("900Gi")))
        .endResources()
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withPhase("Pending")
        .addNewCondition()
        .withType("PodScheduled")
        .withStatus(status)
        .endCondition()
        .endStatus()
        .build();
  }

  @Test
  void aPodThatWasKilledForItsMemoryWakesItsOwnerThoughItRunsAgain() {
    Pod starting = strip(running(null));
    Pod again = strip(running("OOMKilled"));
    assertThat(kind(starting).matters().test(starting, again)).isTrue();
    assertThat(kind(starting).matters().test(again, strip(running("OOMKilled"))))
        .as("once")
        .isFalse();
  }

  @Test
  void eachTimeThatAContainerIsKilledAndBackWithinAMomentCounts() {
    Pod once = running("Error");
    Pod twice = running("Error");
    once.getStatus().getContainerStatuses().getFirst().setRestartCount(1);
    twice.getStatus().getContainerStatuses().getFirst().setRestartCount(2);
    assertThat(kind(once).matters().test(strip(once), strip(twice))).isTrue();
    assertThat(Readiness.since(strip(twice))).isNotEqualTo(Readiness.since(strip(once)));
  }

  private static Pod running(@Nullable String endedBefore) {
    ContainerStatusBuilder status =
        new ContainerStatusBuilder()
            .withName("postgres")
            .withReady(false)
            .withNewState()
            .withNewRunning()
            .endRunning()
            .endState();
    if (endedBefore != null) {
      status
          .withNewLastState()
          .withNewTerminated()
          .withReason(endedBefore)
          .endTerminated()
          .endLastState();
    }
    return new PodBuilder()
        .withNewMetadata()
        .withName("kn-s0-0")
        .endMetadata()
        .withNewStatus()
        .withPhase("Running")
        .withContainerStatuses(status.build())
        .endStatus()
        .build();
  }

  private static <T extends HasMetadata> T strip(T object) {
    return kind(object).strip().apply(object);
  }

  @SuppressWarnings("unchecked")
  private static <T extends HasMetadata> ChildKind<T> kind(T object) {
    return ChildKinds.all().stream()
        .filter(kind -> kind.type().equals(object.getClass()))
        .map(kind -> (ChildKind<T>) kind)
        .findFirst()
        .orElseThrow();
  }
}
