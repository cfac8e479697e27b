package dev.knowledgenetwork.operator.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.naming.Labels;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnscheduledTest {

  private static final String SELECTOR =
      "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. no new claims"
          + " to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for"
          + " scheduling.";

  @Test
  void whatKeepsSeveralPodsFromANodeIsToldOnceWithTheFieldAndTheCommand() {
    assertThat(
            told(
                pod("kn-s0-1", "postgres", SELECTOR),
                pod("kn-s0-0", "postgres", SELECTOR),
                pod("kn-pooler-a", "pooler", SELECTOR)))
        .containsExactly(
            "Pod kn-pooler-a finds no node (likewise kn-s0-0, kn-s0-1): 0/3 nodes are available: 3"
                + " node(s) didn't match Pod's node affinity/selector. No node that is free has the"
                + " labels of spec.placement.nodeSelector (disk=ssd, zone=a): take the field back,"
                + " or label one: kubectl label node NODE disk=ssd zone=a");
  }

  @Test
  void theFieldIsThatOfEachPodAndTheWordsAreToldOnce() {
    String words = "0/3 nodes are available: 3 Insufficient memory.";
    assertThat(
            told(
                pod("kn-s0-0", "postgres", words),
                pod("kn-s0-trial", "postgres-trial", words),
                pod("kn-pooler-a", "pooler", words)))
        .singleElement()
        .asString()
        .containsOnlyOnce("Insufficient memory")
        .contains(
            ". More than any node has left is asked for by spec.resources (memory=8Gi): ask for less"
                + " in requests and in limits, by which PostgreSQL measures its buffers, or see",
            ". More than any node has left is asked for by spec.pool.pooler.resources (memory=8Gi):"
                + " ask for less, or see",
            "kubectl describe nodes")
        .doesNotContain("its resources");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 node(s) had untolerated taint {dedicated: batch}                       | spec.placement.tolerations
          1 node(s) had untolerated taint(s)                                       | spec.placement.tolerations
          1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }       | nodes are away or closed
          3 node(s) were unschedulable                                             | nodes are away or closed
          1 node(s) had volume node affinity conflict                              | spec.storage.storageClassName
          pod has unbound immediate PersistentVolumeClaims                         | spec.storage.storageClassName
          2 node(s) didn't match pod anti-affinity rules                           | spec.placement.antiAffinity
          2 node(s) didn't match pod topology spread constraints                   | spec.placement.topologySpread
          3 Insufficient cpu                                                       | (cpu=4)
          3 node(s) have a sorrow that nobody knows                                | kubectl -n demo get events
          """)
  void everyCauseNamesItsField(String words, String field) {
    assertThat(told(pod("kn-s0-0", "postgres", "0/3 nodes are available: " + words + ".")))
        .singleElement()
        .asString()
        .containsIgnoringCase(field);
  }

  @Test
  void ofANodeThatIsAwayNothingIsToBeTolerated() {
    assertThat(
            told(
                pod(
                    "kn-s0-0",
                    "postgres",
                    "1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }")))
        .singleElement()
        .asString()
        .doesNotContain("tolerations");
  }

  private static List<String> told(Pod... pods) {
    return Obstacle.told(PodObstacle.of(Stream.of(pods)));
  }

  private static Pod pod(String name, String runs, String words) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("demo")
        .addToLabels(Labels.NAME, runs)
        .endMetadata()
        .withNewSpec()
        .withNodeSelector(Map.of("zone", "a", "disk", "ssd"))
        .addNewContainer()
        .withNewResources()
        .addToRequests("memory", new Quantity("8Gi"))
        .addToRequests("cpu", new Quantity("4"))
        .endResources()
        .endContainer()
        .endSpec()
        .withNewStatus()
        .addNewCondition()
        .withType("PodScheduled")
        .withStatus("False")
        .withReason("Unschedulable")
        .withMessage(words)
        .endCondition()
        .endStatus()
        .build();
  }
}
