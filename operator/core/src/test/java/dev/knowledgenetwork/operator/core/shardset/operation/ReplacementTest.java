package dev.knowledgenetwork.operator.core.shardset.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.OperationPhase;
import dev.knowledgenetwork.operator.core.operation.Step;
import dev.knowledgenetwork.operator.core.operation.Turn;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.ShardSetKind;
import dev.knowledgenetwork.operator.core.shardset.World;
import dev.knowledgenetwork.operator.core.shardset.instance.ReplacePod;
import dev.knowledgenetwork.operator.core.shardset.patroni.HandOver;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplacementTest {

  private static final Target S0 = new Target("ShardSet", "demo", "kn", "s0");
  private static final Set<String> ALL = Set.of("kn-s0-0", "kn-s0-1", "kn-s0-2");

  private final World world = World.running(Sets.small("instances: 3"));

  @Test
  void replicasGoFirstTheHighestOrdinalBeforeTheOthers() {
    replaces("kn-s0-2", ALL);
    replaces("kn-s0-1", Set.of("kn-s0-0", "kn-s0-1"));
  }

  @Test
  void thePrimaryComesLastWhateverItsOrdinal() {
    led("kn-s0-2", "streaming");
    replaces("kn-s0-1", ALL);
    replaces("kn-s0-0", Set.of("kn-s0-0", "kn-s0-2"));
  }

  @Test
  void thePrimaryHandsOverBeforeItIsReplaced() {
    Turn turn = next(Set.of("kn-s0-0"));
    assertThat(turn.actions()).containsExactly(new HandOver(S0, 3, "kn-s0-0", "kn-s0-1"));
    assertThat(turn.message()).isEqualTo("s0 hands over from kn-s0-0 to kn-s0-1.");
    led("kn-s0-1", "streaming");
    replaces("kn-s0-0", Set.of("kn-s0-0"));
  }

  @Test
  void whatDoesNotServeAnywayIsReplacedFirst() {
    ready("kn-s0-0", false);
    led("kn-s0-2", "streaming");
    replaces("kn-s0-0", ALL);
  }

  @Test
  void aPrimaryThatDoesNotServeForAMomentIsNotTakenForIdle() {
    ready("kn-s0-0", false);
    replaces("kn-s0-2", ALL);
  }

  @Test
  void nothingMoreIsReplacedWhileAReplacedOneDoesNotServe() {
    ready("kn-s0-2", false);
    waits("Waits until kn-s0-2 serves.", Set.of("kn-s0-0", "kn-s0-1"));
    waits("Waits until kn-s0-2 serves.", Set.of());
  }

  @Test
  void nothingIsReplacedWhileAPodIsGoneOrGoing() {
    world.remove(Pod.class, "kn-s0-2");
    waits("Waits until kn-s0-2 serves.", Set.of("kn-s0-0", "kn-s0-1"));
    world.put(
        new PodBuilder(world.get(Pod.class, "kn-s0-1"))
            .editMetadata()
            .withName("kn-s0-2")
            .withDeletionTimestamp("2026-01-01T00:00:00Z")
            .endMetadata()
            .build());
    waits("Waits until kn-s0-2 serves.", ALL);
  }

  @Test
  void nothingIsReplacedWhileAReplicaDoesNotFollow() {
    led("kn-s0-0", "starting");
    waits("Waits until the primary is followed by kn-s0-1, kn-s0-2.", ALL);
  }

  @Test
  void nothingIsReplacedWhilePatroniDoesNotListAReadyInstance() {
    world.patroni(
        "s0",
        new PatroniView(
            List.of(
                new Member("kn-s0-0", "leader", "running"),
                new Member("kn-s0-1", "quorum_standby", "streaming")),
            world.config("s0")));
    waits("Waits until the primary is followed by kn-s0-2.", Set.of("kn-s0-0", "kn-s0-1"));
    waits("Waits until the primary is followed by kn-s0-2.", Set.of());
  }

  @Test
  void nothingThatServesIsReplacedWhileThePrimaryIsUnknown() {
    world.forgetAnswers();
    waits("Waits until the primary of s0 is known.", ALL);
    ready("kn-s0-1", false);
    replaces("kn-s0-1", ALL);
  }

  @Test
  void thePrimaryWaitsUntilSomebodyCanFollowIt() {
    led("kn-s0-0", "running");
    waits("Waits until the primary is followed by kn-s0-1, kn-s0-2.", Set.of("kn-s0-0"));
  }

  @Test
  void aSingleInstanceIsReplacedAsItIs() {
    World alone = World.running(Sets.small("instances: 1"));
    assertThat(next(alone, Set.of("kn-s0-0")).actions())
        .singleElement()
        .isInstanceOf(ReplacePod.class);
  }

  @Test
  void itIsDoneOnceNothingIsDueAndEverythingServes() {
    assertThat(next(Set.of()).phase()).isEqualTo(OperationPhase.SUCCEEDED);
  }

  private void replaces(String pod, Set<String> due) {
    assertThat(next(due).actions())
        .containsExactly(
            new ReplacePod(
                S0,
                pod,
                world.get(Pod.class, pod).getMetadata().getUid(),
                Shard.isPrimary(world.get(Pod.class, pod))));
  }

  private void waits(String message, Set<String> due) {
    Turn turn = next(due);
    assertThat(turn.phase()).isEqualTo(OperationPhase.RUNNING);
    assertThat(turn.message()).isEqualTo(message);
    assertThat(turn.actions()).isEqualTo(List.<Action>of());
  }

  private Turn next(Set<String> due) {
    return next(world, due);
  }

  private static Turn next(World world, Set<String> due) {
    Shard shard =
        new ShardSetKind(Sets.IMAGES)
            .draft(world.set(), world.observed())
            .parts()
            .contexts()
            .get(S0);
    return Replacement.next(
        shard, pod -> due.contains(pod.getMetadata().getName()), Step.of("Replace"));
  }

  private void ready(String pod, boolean ready) {
    world.put(
        new PodBuilder(world.get(Pod.class, pod))
            .editStatus()
            .editFirstCondition()
            .withStatus(ready ? "True" : "False")
            .endCondition()
            .endStatus()
            .build());
  }

  private void led(String leader, String stateOfOthers) {
    world.patroni(
        "s0",
        new PatroniView(
            IntStream.range(0, 3)
                .mapToObj(ordinal -> "kn-s0-" + ordinal)
                .map(
                    name ->
                        name.equals(leader)
                            ? new Member(name, "leader", "running")
                            : new Member(name, "quorum_standby", stateOfOthers))
                .toList(),
            world.config("s0")));
  }
}
