package dev.knowledgenetwork.operator.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadinessTest {

  private static final String TIME = "2026-01-01T00:00:00Z";

  @Test
  void whatIsStartedAgainAndReadyWithinAMomentIsNotTheSame() {
    assertThat(Readiness.since(pod(0))).isEqualTo(TIME);
    assertThat(Readiness.since(pod(1))).isNotEqualTo(TIME).isNotEqualTo(Readiness.since(pod(2)));
  }

  @Test
  void whatAPodDoesNotSayIsNoFault() {
    assertThat(Readiness.since(new Pod())).isEmpty();
    assertThat(Readiness.since(pod(null))).isEqualTo(TIME);
  }

  private static Pod pod(@Nullable Integer restarts) {
    return new PodBuilder()
        .withNewStatus()
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .withLastTransitionTime(TIME)
        .endCondition()
        .addNewContainerStatus()
        .withName("postgres")
        .withRestartCount(restarts)
        .endContainerStatus()
        .endStatus()
        .build();
  }
}
