package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.observe.DatabaseView;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterIdentityTest {

  private final World world = World.running(Sets.set("{}"));

  @Test
  void whatBelongsTogetherIsAdopted() {
    assertThat(world.plan().isBlocked()).isFalse();
  }

  @Test
  void volumesWithoutTheirSecretsAreRefused() {
    world.remove(Secret.class, "kn-superuser");
    refused("data-kn-s0-0");
  }

  @Test
  void volumesOfAnotherSetAreRefused() {
    world
        .get(PersistentVolumeClaim.class, "data-kn-s0-1")
        .getMetadata()
        .setLabels(Map.of(Labels.CLUSTER_ID, "another"));
    refused("data-kn-s0-1");
  }

  @Test
  void secretsOfAnotherSetAreRefused() {
    world
        .get(Secret.class, "kn-db-ca")
        .getMetadata()
        .setLabels(Map.of(Labels.CLUSTER_ID, "another"));
    refused("kn-db-ca");
  }

  @Test
  void aDatabaseOfAnotherSetIsRefused() {
    world.database("s0", new DatabaseView(true, "another", 1, 1));
    refused("s0");
  }

  private void refused(String name) {
    Plan plan = world.plan();
    assertThat(plan.isBlocked()).isTrue();
    assertThat(plan.resources()).isEmpty();
    assertThat(plan.problems())
        .singleElement()
        .satisfies(
            (Problem problem) -> {
              assertThat(problem.reason()).isEqualTo("IdentityMismatch");
              assertThat(problem.message()).contains(name).contains("restore the Secret");
            });
  }
}
