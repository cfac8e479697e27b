package dev.knowledgenetwork.operator.core.shardset.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.crds.shardset.InstanceState;
import dev.knowledgenetwork.crds.shardset.ShardState;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.World;
import dev.knowledgenetwork.operator.core.shardset.patroni.HandOver;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleInTest {

  private static final Target S0 = new Target("ShardSet", "demo", "kn", "s0");
  private static final String ONE = Sets.smallSpec("instances: 1");

  @Test
  void whereAnInstanceThatStaysLeadsTheOthersGoAtOnce() {
    World world = World.running(Sets.small("instances: 3"));
    world.spec(ONE).pass();
    assertThat(replicas(world)).isEqualTo(1);
    world.settle();
    assertThat(world.log()).isEmpty();
    assertThat(world.uids("s0")).containsOnlyKeys("kn-s0-0");
    assertThat(world.operations()).isEmpty();
    assertThat(world.config("s0")).containsEntry("synchronous_mode", "off");
  }

  @Test
  void anInstanceThatStaysLeadsBeforeAnyGoesAndNothingIsLost() {
    World world = ledByTheLast();
    assertThat(world.spec(ONE).pass().actions())
        .as("replication stays synchronous until then")
        .containsExactly(new HandOver(S0, 3, "kn-s0-2", "kn-s0-0"));
    assertThat(replicas(world)).isEqualTo(3);
    assertThat(world.config("s0")).containsEntry("synchronous_mode", "quorum");
    assertThat(world.operations())
        .extracting(OperationState::message)
        .containsExactly("s0 hands over from kn-s0-2 to kn-s0-0 before it has fewer instances.");
    ShardState shard = world.set().getStatus().shards().getFirst();
    assertThat(shard.instances()).as("those that are yet to go are told of").isEqualTo(3);
    assertThat(shard.members())
        .extracting(InstanceState::name)
        .contains(shard.primary())
        .hasSize(3);
    world.settle();
    assertThat(world.log()).containsExactly("s0: kn-s0-2 hands over to kn-s0-0");
    assertThat(world.uids("s0")).containsOnlyKeys("kn-s0-0");
    assertThat(world.operations()).isEmpty();
  }

  @Test
  void noInstanceGoesWhileThePrimaryIsNotKnown() {
    World world = ledByTheLast();
    world.spec(ONE).forgetAnswers().pass();
    assertThat(replicas(world)).isEqualTo(3);
    assertThat(world.operations())
        .extracting(OperationState::message)
        .containsExactly("s0 keeps its 3 instances until its primary is known.");
  }

  @Test
  void noInstanceGoesWhileNoneOfThoseThatStayFollows() {
    World world = ledByTheLast();
    world.patroni(
        "s0",
        new PatroniView(
            List.of(
                new Member("kn-s0-0", "replica", "starting"),
                new Member("kn-s0-1", "quorum_standby", "streaming"),
                new Member("kn-s0-2", "leader", "running")),
            world.config("s0")));
    world.spec(ONE).pass();
    assertThat(replicas(world)).isEqualTo(3);
    assertThat(world.operations())
        .extracting(OperationState::message)
        .containsExactly("s0 keeps its 3 instances until kn-s0-0 follows the primary.");
  }

  @Test
  void theOnlyReplicaThatFollowsStaysUntilAnotherDoes() {
    World world = World.running(Sets.small("instances: 3"));
    replicas(world, "starting", "streaming");
    world.spec(Sets.smallSpec("instances: 2")).pass();
    assertThat(replicas(world)).isEqualTo(3);
    assertThat(world.operations())
        .extracting(OperationState::message)
        .containsExactly("s0 keeps its 3 instances until kn-s0-1 follows the primary.");
    replicas(world, "streaming", "streaming");
    world.pass();
    assertThat(replicas(world)).isEqualTo(2);
  }

  @Test
  void aReplicaThatFindsNoNodeIsNotWaitedFor() {
    World world = World.running(Sets.small("instances: 3"));
    replicas(world, "starting", "streaming");
    world.put(
        new PodBuilder(world.get(Pod.class, "kn-s0-1"))
            .editStatus()
            .withConditions(
                new PodConditionBuilder()
                    .withType("PodScheduled")
                    .withStatus("False")
                    .withReason("Unschedulable")
                    .withMessage("0/2 nodes are available.")
                    .build())
            .endStatus()
            .build());
    world.spec(Sets.smallSpec("instances: 2")).pass();
    assertThat(replicas(world)).isEqualTo(2);
  }

  @Test
  void aChangeThatIsTakenBackEndsItAndNothingGoes() {
    World world = ledByTheLast();
    world.spec(ONE).pass();
    world.spec(Sets.smallSpec("instances: 3")).settle();
    assertThat(world.uids("s0")).hasSize(3);
    assertThat(world.operations()).isEmpty();
  }

  @Test
  void noInstanceGoesWhileAnotherOperationHasTheShard() {
    World world = World.running(Sets.small("instances: 3"));
    world.annotate(Annotations.SWITCHOVER, "s0").spec(ONE).pass();
    assertThat(world.operations())
        .extracting(OperationState::type, OperationState::message)
        .contains(tuple("ScaleIn", "Waits for Switchover of ShardSet demo/kn s0."));
    assertThat(replicas(world)).isEqualTo(3);
    world.settle();
    assertThat(world.log())
        .containsExactly("s0: kn-s0-0 hands over to kn-s0-1", "s0: kn-s0-1 hands over to kn-s0-0");
    assertThat(world.uids("s0")).containsOnlyKeys("kn-s0-0");
  }

  @Test
  void aPrimaryThatChangesAtTheLastMomentIsNotLost() {
    World world = World.running(Sets.small("instances: 3"));
    world.spec(ONE).accept();
    world.remove(Pod.class, "kn-s0-0");
    world.live();
    assertThat(world.primary("s0")).isEqualTo("kn-s0-1");
    world.pass();
    assertThat(replicas(world)).isEqualTo(3);
    world.settle();
    assertThat(world.primary("s0")).isEqualTo("kn-s0-0");
    assertThat(world.log())
        .containsExactly("s0: kn-s0-0 is lost, kn-s0-1 leads", "s0: kn-s0-1 hands over to kn-s0-0");
  }

  /** Patroni is asked every ten seconds at rest; the labels of its pods are watched. */
  @Test
  void noInstanceGoesWhileItsPodSaysThatItHasBecomeThePrimarySinceThen() {
    World world = World.running(Sets.small("instances: 3"));
    labelledAsPrimary(world, true);
    world.spec(ONE).pass();
    assertThat(replicas(world)).isEqualTo(3);
    assertThat(world.operations())
        .extracting(OperationState::message)
        .containsExactly(
            "s0 keeps its 3 instances until it is known which of them is the primary.");
    ledByTheLast(world).settle();
    assertThat(world.log()).containsExactly("s0: kn-s0-2 hands over to kn-s0-0");
    assertThat(world.uids("s0")).containsOnlyKeys("kn-s0-0");
  }

  @Test
  void aPrimaryThatWentDownIsNotTakenForOneByTheLabelThatItKept() {
    World world = World.running(Sets.small("instances: 3"));
    labelledAsPrimary(world, false);
    world.spec(ONE).pass();
    assertThat(replicas(world)).isEqualTo(1);
  }

  @Test
  void itEndsWithoutLossWhateverIsForgottenWhenever() {
    Losses.atEachMoment(
        () -> ledByTheLast().spec(ONE),
        after -> {
          assertThat(after.log()).containsExactly("s0: kn-s0-2 hands over to kn-s0-0");
          assertThat(after.uids("s0")).containsOnlyKeys("kn-s0-0");
          assertThat(after.operations()).isEmpty();
        });
  }

  private static void replicas(World world, String second, String third) {
    world.patroni(
        "s0",
        new PatroniView(
            List.of(
                new Member("kn-s0-0", "leader", "running"),
                new Member("kn-s0-1", "replica", second),
                new Member("kn-s0-2", "quorum_standby", third)),
            world.config("s0")));
  }

  private static void labelledAsPrimary(World world, boolean ready) {
    world.put(
        new PodBuilder(world.get(Pod.class, "kn-s0-2"))
            .editMetadata()
            .addToLabels(Labels.ROLE, "primary")
            .endMetadata()
            .editStatus()
            .withConditions(
                new PodConditionBuilder()
                    .withType("Ready")
                    .withStatus(ready ? "True" : "False")
                    .build())
            .endStatus()
            .build());
  }

  private static World ledByTheLast() {
    return ledByTheLast(World.running(Sets.small("instances: 3"))).settle();
  }

  private static World ledByTheLast(World world) {
    world.patroni(
        "s0",
        new PatroniView(
            List.of(
                new Member("kn-s0-0", "quorum_standby", "streaming"),
                new Member("kn-s0-1", "quorum_standby", "streaming"),
                new Member("kn-s0-2", "leader", "running")),
            world.config("s0")));
    return world;
  }

  private static int replicas(World world) {
    return world.get(StatefulSet.class, "kn-s0").getSpec().getReplicas();
  }
}
