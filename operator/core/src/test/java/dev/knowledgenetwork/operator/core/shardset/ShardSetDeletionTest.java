package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Removal;
import dev.knowledgenetwork.operator.core.naming.Labels;
import io.fabric8.kubernetes.api.builder.Builder;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
            .withOwnerReferences(controller("ReplicaSet", "kn-pooler-7d9f"))
            .endMetadata()
            .build());
    assertThat(take(set, world)).containsExactly("kn-pooler");
    assertThat(take(set, world)).as("a pooler still serves").isEmpty();
    world.remove(Pod.class, "kn-pooler-x");
    Removal step = remaining(set, world);
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
    assertThat(remaining(set, world).done()).isTrue();
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

  @Test
  void whatOnlyHasTheLabelsIsLeftAndBlocksNothing() {
    ShardSet set = Sets.set("{deletionPolicy: Delete, instances: 1}");
    World world = World.running(set);
    List<HasMetadata> foreign =
        List.of(
            copied(new StatefulSetBuilder(world.get(StatefulSet.class, "kn-s0")), "copy"),
            copied(new DeploymentBuilder(world.get(Deployment.class, "kn-pooler")), "copy"),
            copied(new PodBuilder(world.get(Pod.class, "kn-s0-0")), "reader"),
            controlled("kn-s0-copy-0", "StatefulSet", "kn-s0-copy"),
            controlled("kn-pooler-copy-7d9f-x", "ReplicaSet", "kn-pooler-copy-7d9f"),
            copied(
                new PersistentVolumeClaimBuilder(
                    world.get(PersistentVolumeClaim.class, "data-kn-s0-0")),
                "data-kn-s0-0-restored"),
            copied(new EndpointsBuilder(world.get(Endpoints.class, "kn-s0-config")), "copy"));
    foreign.forEach(world::put);
    List<String> taken = new ArrayList<>();
    for (int step = 0; step < 5; step++) {
      taken.addAll(take(set, world));
      world.remove(Pod.class, "kn-s0-0");
    }
    assertThat(taken).contains("data-kn-s0-0", "kn-superuser");
    assertThat(world.children().objects()).containsAll(foreign);
    assertThat(remaining(set, world).done()).isTrue();
  }

  @Test
  void withRetainTooOnlyItsOwnPoolerEnds() {
    ShardSet set = Sets.set("{deletionPolicy: Retain}");
    World world = World.running(set);
    world.put(copied(new DeploymentBuilder(world.get(Deployment.class, "kn-pooler")), "copy"));
    assertThat(take(set, world)).containsExactly("kn-pooler");
    assertThat(remaining(set, world).done()).isTrue();
  }

  @Test
  void thePodsThatAreWaitedForAreNamed() {
    ShardSet set = Sets.set("{deletionPolicy: Delete, instances: 2}");
    World world = World.running(set);
    take(set, world);
    assertThat(remaining(set, world).awaited())
        .map(pod -> pod.getMetadata().getName())
        .containsExactly("kn-s0-0", "kn-s0-1");
  }

  @Test
  void aTrialIsWaitedForToo() {
    ShardSet set = Sets.set("{deletionPolicy: Delete, instances: 1}");
    World world = World.running(set);
    take(set, world);
    world.remove(Pod.class, "kn-s0-0");
    world.put(controlled("kn-s0-try-1a2b-x", "Job", "kn-s0-try-1a2b"));
    assertThat(remaining(set, world).awaited())
        .map(pod -> pod.getMetadata().getName())
        .containsExactly("kn-s0-try-1a2b-x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Retain", "Delete"})
  void instancesWhoseStatefulSetWasToBeMadeAnewEndWithTheRest(String policy) {
    ShardSet set = Sets.set("{deletionPolicy: %s, instances: 1}".formatted(policy));
    World world = World.running(set);
    world.get(Pod.class, "kn-s0-0").getMetadata().setOwnerReferences(List.of());
    world.remove(StatefulSet.class, "kn-s0");
    assertThat(take(set, world)).containsExactly("kn-pooler");
    assertThat(take(set, world)).containsExactly("kn-s0-0");
    assertThat(remaining(set, world).awaited()).noneMatch(Pod.class::isInstance);
  }

  @Test
  void orphanPropagationLeavesEverything() {
    ShardSet set = Sets.set("{deletionPolicy: Delete}");
    World world = World.running(set);
    set.getMetadata().setFinalizers(List.of("orphan", "knowledgenetwork.dev/cleanup"));
    assertThat(remaining(set, world)).isEqualTo(left());
    // Kubernetes was faster than the operator, or the operator was away.
    set.getMetadata().setFinalizers(List.of("knowledgenetwork.dev/cleanup"));
    world.get(Deployment.class, "kn-pooler").getMetadata().setOwnerReferences(List.of());
    assertThat(remaining(set, world)).isEqualTo(left());
  }

  private static Removal left() {
    return Removal.complete(
        "All that was made stays, for it was deleted with orphan propagation: a ShardSet of the"
            + " same name takes it up again. To delete the data, and what uses it: kubectl -n demo"
            + " delete statefulset,deployment,pvc,secret,service,endpoints -l"
            + " knowledgenetwork.dev/shardset=kn");
  }

  /** As somebody makes it from a manifest, with all labels and without an owner. */
  private static HasMetadata copied(Builder<? extends HasMetadata> original, String name) {
    HasMetadata copy = original.build();
    copy.getMetadata().setName(name);
    copy.getMetadata().setOwnerReferences(List.of());
    return copy;
  }

  /** With the labels of an instance, as a pod of that controller. */
  private static Pod controlled(String name, String kind, String controller) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withLabels(
            Map.of("knowledgenetwork.dev/shardset", "kn", "knowledgenetwork.dev/shard", "s0"))
        .withOwnerReferences(controller(kind, controller))
        .endMetadata()
        .build();
  }

  private static OwnerReference controller(String kind, String name) {
    return new OwnerReferenceBuilder()
        .withApiVersion("apps/v1")
        .withKind(kind)
        .withName(name)
        .withUid("uid-of-" + name)
        .withController(true)
        .build();
  }

  private static Removal remaining(ShardSet set, World world) {
    return ShardSetDeletion.remaining(set, world.children(), Optional.empty());
  }

  private static List<String> take(ShardSet set, World world) {
    Removal step = remaining(set, world);
    assertThat(step.done()).isFalse();
    for (HasMetadata object : step.remove()) {
      world.remove(object.getClass(), object.getMetadata().getName());
    }
    return step.remove().stream().map(object -> object.getMetadata().getName()).toList();
  }
}
