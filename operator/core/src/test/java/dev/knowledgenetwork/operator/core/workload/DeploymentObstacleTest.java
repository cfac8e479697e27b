package dev.knowledgenetwork.operator.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeploymentObstacleTest {

  private static final String QUOTA =
      "pods \"kn-pooler-66b7d-x8w2p\" is forbidden: exceeded quota: small, requested: pods=1,"
          + " used: pods=2, limited: pods=2";

  @Test
  void whatRefusesThePodsOfADeploymentIsToldInItsOwnWords() {
    assertThat(told(deployment("True"), Stream.empty()))
        .containsExactly(
            "Deployment kn-pooler: FailedCreate: "
                + QUOTA
                + ". Quota small has to allow pods=4 (2 more); ask for less, or raise it: kubectl -n"
                + " demo patch resourcequota small --type merge -p"
                + " '{\"spec\":{\"hard\":{\"pods\":\"4\"}}}'");
  }

  @Test
  void aRefusalThatIsOvercomeIsNotToldAnyMore() {
    assertThat(DeploymentObstacle.of(deployment("False"), Stream.empty())).isEmpty();
    assertThat(
            DeploymentObstacle.of(
                new DeploymentBuilder(deployment("True")).withStatus(null).build(), Stream.empty()))
        .isEmpty();
  }

  @Test
  void thePodsOfTheDeploymentSpeakForThemselvesAndNoOthersForThem() {
    List<String> said =
        told(
            deployment("False"),
            Stream.of(
                pod("kn-pooler-1", "pooler", "Pending"),
                pod("kn-pooler-0", "pooler", "Failed"),
                pod("kn-api-1", "api", "Pending")));
    assertThat(said)
        .containsExactly(
            "Pod kn-pooler-1 finds no node: 0/3 nodes are available. Read on: kubectl -n demo"
                + " get events --field-selector reason=FailedScheduling");
  }

  private static List<String> told(Deployment live, Stream<Pod> pods) {
    return Obstacle.told(DeploymentObstacle.of(live, pods).stream());
  }

  private static Deployment deployment(String failing) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName("kn-pooler")
        .withNamespace("demo")
        .endMetadata()
        .withNewSpec()
        .withReplicas(2)
        .withNewSelector()
        .addToMatchLabels("app", "pooler")
        .endSelector()
        .endSpec()
        .withNewStatus()
        .addNewCondition()
        .withType("ReplicaFailure")
        .withStatus(failing)
        .withReason("FailedCreate")
        .withMessage(QUOTA)
        .endCondition()
        .addNewCondition()
        .withType("Progressing")
        .withStatus("True")
        .withReason("NewReplicaSetCreated")
        .withMessage("Created new replica set")
        .endCondition()
        .endStatus()
        .build();
  }

  private static Pod pod(String name, String app, String phase) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("demo")
        .addToLabels("app", app)
        .endMetadata()
        .withNewStatus()
        .withPhase(phase)
        .addNewCondition()
        .withType("PodScheduled")
        .withStatus("False")
        .withReason("Unschedulable")
        .withMessage("0/3 nodes are available.")
        .endCondition()
        .endStatus()
        .build();
  }
}
