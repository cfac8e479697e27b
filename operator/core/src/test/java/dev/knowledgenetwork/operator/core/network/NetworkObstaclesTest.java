package dev.knowledgenetwork.operator.core.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.naming.Labels;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import org.junit.jupiter.api.Test;

/** What keeps pods of a network from serving reaches its conditions. */
class NetworkObstaclesTest extends NetworkWalk {

  @Test
  void podsThatAreRefusedAreToldInTheWordsOfWhoRefusedThem() {
    ready();
    step(refused(0, 1));
    expect("Degraded", "True", "Unavailable");
    assertThat(condition("Degraded").message())
        .isEqualTo(
            "Pods that serve: kn-api: 0 of 1. Deployment kn-api: FailedCreate: exceeded quota:"
                + " small.");
    step(refused(1, 0));
    expect("Ready", "True", "Ready");
    expect("WorkloadReady", "True", "Rolling");
    assertThat(condition("WorkloadReady").message())
        .isEqualTo(
            "Pods are being replaced. Deployment kn-api: FailedCreate: exceeded quota: small.");
    expect("Reconciling", "True", "Rolling");
    assertThat(condition("Reconciling").message())
        .isEqualTo(
            "Pods are being replaced. Deployment kn-api: FailedCreate: exceeded quota: small.");
  }

  @Test
  void aPodThatIsKilledForItsMemoryIsToldAndTheMigrationThatFailedBeforeIsNot() {
    ready();
    Observed observed = Networks.plus(withApiPods(0), killed("kn-api-66b7d-x8w2p", "api"));
    step(Networks.plus(observed, killed("kn-migrate-00000000-x8w2p", "migrate")));
    assertThat(condition("Degraded").message())
        .isEqualTo(
            "Pods that serve: kn-api: 0 of 1. Pod kn-api-66b7d-x8w2p was killed (OOMKilled):"
                + " container api needed more memory than its limit and must be given a higher"
                + " one.");
  }

  private Observed refused(int available, int updated) {
    return replacing(
        withApiPods(available),
        api ->
            new DeploymentBuilder(api)
                .editStatus()
                .withUpdatedReplicas(updated)
                .addNewCondition()
                .withType("ReplicaFailure")
                .withStatus("True")
                .withReason("FailedCreate")
                .withMessage("exceeded quota: small")
                .endCondition()
                .endStatus()
                .build());
  }

  private static Pod killed(String name, String role) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withLabels(Labels.selector(role, Labels.NETWORK, "kn"))
        .endMetadata()
        .withNewStatus()
        .addNewContainerStatus()
        .withName(role)
        .withReady(false)
        .withNewState()
        .withNewRunning()
        .endRunning()
        .endState()
        .withNewLastState()
        .withNewTerminated()
        .withReason("OOMKilled")
        .withExitCode(137)
        .endTerminated()
        .endLastState()
        .endContainerStatus()
        .endStatus()
        .build();
  }
}
