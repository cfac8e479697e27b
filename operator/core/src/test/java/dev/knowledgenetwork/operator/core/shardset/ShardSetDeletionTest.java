package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Removal;
import dev.knowledgenetwork.operator.core.naming.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShardSetDeletionTest {

  @Test
  void retainEndsTheWritersAndLeavesEverythingElse() {
    ShardSet set = Sets.set("{deletionPolicy: Retain}");
    World world = World.running(set);
    world.put(
        new PodBuilder()
            .withNewMetadata()
            .withName("kn-pooler-x")
            .withLabels(Labels.selector("pooler", Labels.SHARD_SET, "kn"))
            .endMetadata()
            .build());
    assertThat(take(set, world)).containsExactly("kn-pooler");
    assertThat(take(set, world)).as("a pooler still serves").isEmpty();
    world.remove(Pod.class, "kn-pooler-x");
    Removal step = ShardSetDeletion.remaining(set, world.observed().children(), Optional.empty());
    assertThat(step.done()).isTrue();
    assertThat(step.remove()).isEmpty();
  }

  @Test
  void deleteTakesWorkloadsThenVolumesThenPatronisMemoryThenSecrets() {
    ShardSet set = Sets.set("{deletionPolicy: Delete, instances: 2}");
    World world = World.running(set);

    assertThat(take(set, world)).containsExactly("kn-pooler", "kn-s0");
    assertThat(take(set, world)).as("pods are still there").isEmpty();
    world.remove(Pod.class, "kn-s0-0");
    world.remove(Pod.class, "kn-s0-1");
    assertThat(take(set, world)).containsExactly("data-kn-s0-0", "data-kn-s0-1");
    assertThat(take(set, world)).containsExactly("kn-s0", "kn-s0-config", "kn-s0-sync", "kn-s0");
    assertThat(take(set, world)).containsExactly("kn-app", "kn-db-ca", "kn-migrate", "kn-topology");
    assertThat(take(set, world)).containsExactly("kn-superuser");
    assertThat(
            ShardSetDeletion.remaining(set, world.observed().children(), Optional.empty()).done())
        .isTrue();
  }

  @Test
  void volumesOfAnotherSetAreLeft() {
    ShardSet set = Sets.set("{deletionPolicy: Delete, instances: 1}");
    World world = World.running(set);
    world
        .get(PersistentVolumeClaim.class, "data-kn-s0-0")
        .getMetadata()
        .setLabels(Map.of(Labels.CLUSTER_ID, "another"));
    take(set, world);
    world.remove(Pod.class, "kn-s0-0");
    assertThat(take(set, world)).doesNotContain("data-kn-s0-0");
  }

  @Test
  void theWordOfAnOwnerThatIsNotUnderstoodIsWaitedFor() {
    ShardSet set = Sets.set("{deletionPolicy: Delete}");
    KnowledgeNetwork owner = new KnowledgeNetwork();
    owner.getMetadata().setName("odd");
    owner.setUnreadable("spec.deletionPolicy: Archive");
    assertThat(
            ShardSetDeletion.remaining(
                set, World.running(set).observed().children(), Optional.of(owner)))
        .isEqualTo(
            Removal.step(
                List.of(),
                "this version of the operator understands KnowledgeNetwork odd, whose deletion"
                    + " policy counts"));
  }

  private static List<String> take(ShardSet set, World world) {
    Removal step = ShardSetDeletion.remaining(set, world.observed().children(), Optional.empty());
    assertThat(step.done()).isFalse();
    for (HasMetadata object : step.remove()) {
      world.remove(object.getClass(), object.getMetadata().getName());
    }
    return step.remove().stream().map(object -> object.getMetadata().getName()).toList();
  }
}
