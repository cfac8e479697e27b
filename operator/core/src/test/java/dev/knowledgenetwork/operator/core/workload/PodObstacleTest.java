package dev.knowledgenetwork.operator.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodObstacleTest {

  private static final String KILLED =
      "Pod kn-api-1 was killed (OOMKilled): container api needed more memory than its limit and"
          + " must be given a higher one";

  @Test
  void aContainerThatWasKilledForItsMemorySaysSoThoughItRunsAgain() {
    assertThat(said(pod(running().withLastState(ended("OOMKilled", 137).build()))))
        .contains(KILLED);
  }

  @Test
  void aContainerThatHasJustBeenKilledForItsMemorySaysSo() {
    assertThat(said(pod(status().withReady(false).withState(ended("OOMKilled", 137).build()))))
        .contains(KILLED);
  }

  @Test
  void aContainerThatIsReadyAgainHasOvercomeIt() {
    assertThat(said(pod(running().withReady(true).withLastState(ended("OOMKilled", 137).build()))))
        .isEmpty();
  }

  @Test
  void aContainerThatHasDoneItsWorkSinceHasOvercomeIt() {
    assertThat(
            said(
                pod(
                    status()
                        .withReady(false)
                        .withState(ended("Completed", 0).build())
                        .withLastState(ended("OOMKilled", 137).build()))))
        .isEmpty();
  }

  @Test
  void aContainerThatRunsAfterAnotherEndIsNoObstacleByItself() {
    assertThat(said(pod(running().withLastState(ended("Error", 1).build())))).isEmpty();
  }

  @Test
  void aContainerThatIsKilledAgainAndAgainSaysWhatItNeeds() {
    assertThat(
            said(
                pod(
                    status()
                        .withState(
                            new ContainerStateBuilder()
                                .withNewWaiting("back-off 5m0s", "CrashLoopBackOff")
                                .build())
                        .withLastState(ended("OOMKilled", 137).build()))))
        .contains(
            "Pod kn-api-1 does not start (CrashLoopBackOff): it ended with exit code 137, for it"
                + " needed more memory than its limit and must be given a higher one");
  }

  private static Optional<String> said(Pod pod) {
    return PodObstacle.of(pod).map(Obstacle::text);
  }

  private static Pod pod(ContainerStatusBuilder container) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("kn-api-1")
        .endMetadata()
        .withNewStatus()
        .withContainerStatuses(container.build())
        .endStatus()
        .build();
  }

  private static ContainerStatusBuilder running() {
    return status().withReady(false).withNewState().withNewRunning().endRunning().endState();
  }

  private static ContainerStatusBuilder status() {
    return new ContainerStatusBuilder().withName("api");
  }

  private static ContainerStateBuilder ended(String reason, int code) {
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withReason(reason)
        .withExitCode(code)
        .endTerminated();
  }
}
