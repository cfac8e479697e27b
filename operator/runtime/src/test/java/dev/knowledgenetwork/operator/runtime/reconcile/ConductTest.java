package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.OperationPhase;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.runtime.kit.History;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What measures the operator is measured itself: it sees each offence, and none where is none. */
class ConductTest {

  private final List<History.Entry> history = new ArrayList<>();

  ConductTest() {
    at(status(OperationPhase.RUNNING));
    at(set(3, "old"));
    at(pod(0, "primary", true));
    at(pod(1, "replica", true));
    at(pod(2, "replica", true));
  }

  @Test
  void aReplicaThatIsReplacedWhileAllOthersServeIsNoOffence() {
    gone(pod(2, "replica", true));
    at(pod(2, "replica", false));
    at(pod(2, "replica", true));
    gone(pod(1, "replica", true));
    assertThat(conduct().offences()).isEmpty();
    assertThat(conduct().taken()).containsExactly("kn-s0-2", "kn-s0-1");
  }

  @Test
  void aSecondInstanceThatIsTakenBeforeTheFirstServesIsSeen() {
    gone(pod(2, "replica", true));
    at(pod(2, "replica", false));
    gone(pod(1, "replica", true));
    assertThat(conduct().offences())
        .containsExactly("kn-s0-1 is taken while [kn-s0-2] does not serve");
  }

  @Test
  void aPrimaryThatIsTakenIsSeen() {
    gone(pod(0, "primary", true));
    assertThat(conduct().offences()).containsExactly("kn-s0-0 leads and is taken");
  }

  @Test
  void aPrimaryThatIsTooMuchIsSeen() {
    at(pod(0, "replica", true));
    at(pod(2, "primary", true));
    at(set(1, "old"));
    assertThat(conduct().offences()).containsExactly("kn-s0-2 leads and is taken away");
  }

  @Test
  void aRecipeThatNobodyTriedIsSeen() {
    at(set(3, "new"));
    assertThat(conduct().offences()).containsExactly("the recipe is applied before it was tried");
    assertThat(conduct().recipes()).isEqualTo(1);
  }

  @Test
  void whatIsDoneBeforeTheStatusSaysSoIsSeen() {
    at(status(OperationPhase.WAITING));
    gone(pod(2, "replica", true));
    assertThat(conduct().offences()).containsExactly("kn-s0-2 is taken while no operation runs");
  }

  private Conduct conduct() {
    return Conduct.in(history);
  }

  private void at(HasMetadata object) {
    history.add(new History.Entry(object, false));
  }

  private void gone(HasMetadata object) {
    history.add(new History.Entry(object, true));
  }

  private static ShardSet status(OperationPhase phase) {
    ShardSet set = new ShardSet();
    set.setStatus(
        ShardSetStatus.empty()
            .with(
                List.of(),
                List.of(
                    new OperationState(
                        "Restart", "s0", "s0", phase, "Replace", "", "", Map.of()))));
    return set;
  }

  private static StatefulSet set(int replicas, String template) {
    return new StatefulSetBuilder()
        .withNewSpec()
        .withReplicas(replicas)
        .withNewTemplate()
        .withNewMetadata()
        .addToAnnotations("template", template)
        .endMetadata()
        .endTemplate()
        .endSpec()
        .build();
  }

  private static Pod pod(int ordinal, String role, boolean ready) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("kn-s0-" + ordinal)
        .addToLabels(Labels.ROLE, role)
        .endMetadata()
        .withNewStatus()
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready ? "True" : "False")
        .endCondition()
        .endStatus()
        .build();
  }
}
