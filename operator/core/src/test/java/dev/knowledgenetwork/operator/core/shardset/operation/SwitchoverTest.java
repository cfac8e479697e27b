package dev.knowledgenetwork.operator.core.shardset.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.OperationPhase;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.World;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import dev.knowledgenetwork.operator.core.shardset.topology.WriteRefusal;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SwitchoverTest {

  private static final WriteRefusal STOPPING =
      new WriteRefusal("57P01", "terminating connection due to administrator command", "");

  private final World world = World.running(Sets.small("instances: 3"));

  @Test
  void anotherInstanceIsMadeThePrimaryAndTheResultStays() {
    world.annotate(Annotations.SWITCHOVER, "s0").settle();
    assertThat(world.log()).containsExactly("s0: kn-s0-0 hands over to kn-s0-1");
    OperationState result = only();
    assertThat(result.type()).isEqualTo("Switchover");
    assertThat(result.id()).isEqualTo("s0");
    assertThat(result.phase()).isEqualTo(OperationPhase.SUCCEEDED);
    assertThat(result.message()).isEqualTo("s0 is led by kn-s0-1, before by kn-s0-0.");
  }

  @Test
  void theSameRequestIsDoneOnceAndAnotherOneAgain() {
    world.annotate(Annotations.SWITCHOVER, "s0").settle();
    world.settle();
    assertThat(world.log()).hasSize(1);
    world.annotate(Annotations.SWITCHOVER, "s0#2").settle();
    assertThat(world.log())
        .containsExactly("s0: kn-s0-0 hands over to kn-s0-1", "s0: kn-s0-1 hands over to kn-s0-0");
    assertThat(only().id()).isEqualTo("s0#2");
  }

  @Test
  void theResultGoesWithTheRequest() {
    world.annotate(Annotations.SWITCHOVER, "s0").settle();
    world.set().getMetadata().setAnnotations(Map.of());
    world.settle();
    assertThat(world.operations()).isEmpty();
  }

  @Test
  void whatGoesOnIsReconcilingAndNotDegraded() {
    world.annotate(Annotations.SWITCHOVER, "s0").pass();
    assertThat(condition(ConditionType.RECONCILING).reason()).isEqualTo("Switchover");
    assertThat(condition(ConditionType.RECONCILING).message())
        .isEqualTo("Switchover of s0: s0 hands over from kn-s0-0 to kn-s0-1.");
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.DEGRADED)).isFalse();
  }

  @Test
  void whereThereIsNobodyToHandOverToItSaysWhatToDo() {
    World alone = World.running(Sets.small("instances: 1"));
    alone.annotate(Annotations.SWITCHOVER, "s0").settle();
    assertThat(alone.log()).isEmpty();
    assertThat(alone.operations())
        .singleElement()
        .satisfies(
            state -> {
              assertThat(state.phase()).isEqualTo(OperationPhase.FAILED);
              assertThat(state.message()).contains("Raise spec.instances first");
            });
  }

  @Test
  void itWaitsForAnInstanceThatFollows() {
    world.patroni("s0", seen("leader running", "replica starting", "replica starting"));
    world.annotate(Annotations.SWITCHOVER, "s0").pass();
    assertThat(only().message())
        .isEqualTo("Waits until an instance of s0 follows its primary kn-s0-0.");
    world.settle();
    assertThat(world.primary("s0")).isEqualTo("kn-s0-1");
  }

  @Test
  void itWaitsForThePrimaryToBeKnown() {
    world.forgetAnswers().annotate(Annotations.SWITCHOVER, "s0").pass();
    assertThat(only().message()).isEqualTo("Waits until the primary of s0 is known.");
    world.settle();
    assertThat(world.primary("s0")).isEqualTo("kn-s0-1");
  }

  @Test
  void anInstanceThatDoesNotFollowTheLastHandOverYetIsNotChosen() {
    List<Member> members =
        List.of(
            new Member("kn-s0-0", "leader", "running", 8),
            new Member("kn-s0-1", "replica", "streaming", 7),
            new Member("kn-s0-2", "replica", "streaming", 7));
    world.patroni("s0", new PatroniView(members, world.config("s0")));
    world.annotate(Annotations.SWITCHOVER, "s0").pass();
    assertThat(only().message())
        .isEqualTo("Waits until an instance of s0 follows its primary kn-s0-0.");
  }

  @Test
  void theFirstOtherPrimaryMeetsTheRequestWhateverWasSeenOnTheWay() {
    world.annotate(Annotations.SWITCHOVER, "s0").pass();
    world.patroni("s0", seen("leader running", "replica running", "replica running"));
    world.pass();
    assertThat(only().step()).as("the chosen one seems to follow no longer").isEqualTo("Choose");
    world.patroni("s0", seen("replica starting", "leader running", "replica streaming"));
    world.pass();
    assertThat(only().message()).startsWith("s0 is led by kn-s0-1, before by kn-s0-0.");
    world.settle();
    assertThat(only().phase()).isEqualTo(OperationPhase.SUCCEEDED);
    assertThat(only().message()).isEqualTo("s0 is led by kn-s0-1, before by kn-s0-0.");
  }

  @Test
  void whatIsAwayWhileItComesAboutIsNoLoss() {
    world.annotate(Annotations.SWITCHOVER, "s0").pass();
    world.patroni("s0", seen("leader running", "replica running", "replica running"));
    world.pass();
    assertThat(only().step()).isEqualTo("Choose");
    world.database("s0", Sets.PREPARED.refusing(Optional.of(STOPPING))).pass();
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.DEGRADED)).isFalse();
  }

  @Test
  void asynchronousInstanceIsChosenOnlyWhereThereIsNoSynchronousOne() {
    world.patroni("s0", seen("leader running", "replica streaming", "sync_standby streaming"));
    world.annotate(Annotations.SWITCHOVER, "s0").pass();
    assertThat(only().message()).isEqualTo("s0 hands over from kn-s0-0 to kn-s0-2.");
  }

  @Test
  void anotherOneIsChosenWhenTheChosenOneFollowsNoLonger() {
    world.annotate(Annotations.SWITCHOVER, "s0").pass();
    world.patroni("s0", seen("leader running", "replica starting", "quorum_standby streaming"));
    world.pass();
    assertThat(only().message()).isEqualTo("s0 hands over from kn-s0-0 to kn-s0-2.");
  }

  @Test
  void itIsGivenUpWhenSomebodySaysSo() {
    world.patroni("s0", seen("leader running", "replica starting", "replica starting"));
    world.annotate(Annotations.SWITCHOVER, "s0").pass();
    world
        .set()
        .getMetadata()
        .setAnnotations(Map.of(Annotations.SWITCHOVER, "s0", Annotations.ABORT, "Switchover/s0"));
    world.settle();
    assertThat(world.log()).isEmpty();
    assertThat(only().phase()).isEqualTo(OperationPhase.WITHDRAWN);
    assertThat(only().message()).startsWith("Given up as asked for");
  }

  @Test
  void whatPatroniWasAskedForIsAwaitedBeforeItIsGivenUp() {
    world.annotate(Annotations.SWITCHOVER, "s0").pass();
    world
        .set()
        .getMetadata()
        .setAnnotations(Map.of(Annotations.SWITCHOVER, "s0", Annotations.ABORT, "Switchover/s0"));
    assertThat(world.pass().actions()).isEmpty();
    assertThat(only().phase()).isEqualTo(OperationPhase.RUNNING);
    assertThat(only().message()).startsWith("Is being given up: Patroni may still do");
    world.later(Duration.ofSeconds(31)).pass();
    assertThat(only().phase()).isEqualTo(OperationPhase.WITHDRAWN);
    assertThat(only().message()).isEqualTo("Given up as asked for; kn-s0-0 leads.");
  }

  @Test
  void oneThatIsDoneEndsWhenItIsGivenUpAlthoughTheOldPrimaryIsGone() {
    world.annotate(Annotations.SWITCHOVER, "s0").step();
    world.starts("kn-s0-0", false).remove(Pod.class, "kn-s0-0");
    world.settle();
    assertThat(only().phase()).isEqualTo(OperationPhase.RUNNING);
    world
        .set()
        .getMetadata()
        .setAnnotations(Map.of(Annotations.SWITCHOVER, "s0", Annotations.ABORT, "Switchover/s0"));
    world.settle();
    assertThat(only().phase()).isEqualTo(OperationPhase.SUCCEEDED);
  }

  @Test
  void whatCannotBeGivenUpByAnnotationIsSaid() {
    world.annotate(Annotations.ABORT, "Roll/s0").settle();
    assertThat(Conditions.find(world.status().conditions(), ConditionType.STALLED).orElseThrow())
        .satisfies(
            stalled -> {
              assertThat(stalled.reason()).isEqualTo("RequestRefused");
              assertThat(stalled.message())
                  .matches(
                      "The annotation knowledgenetwork.dev/abort says Roll/s0\\. What can be given up"
                          + " so is .*Restart or Switchover.* of a shard, as in Restart/s0; what"
                          + " follows from the spec is given up by setting the spec back\\. Correct"
                          + " the annotation, or remove it\\.");
            });
  }

  @Test
  void aRequestForNoShardIsStalledAndNamesTheShards() {
    World two = World.running(Sets.set(Sets.shardsSpec(2, "instances: 1")));
    two.annotate(Annotations.SWITCHOVER, "s2").settle();
    Condition stalled =
        Conditions.find(two.status().conditions(), ConditionType.STALLED).orElseThrow();
    assertThat(stalled.reason()).isEqualTo("RequestRefused");
    assertThat(stalled.message())
        .isEqualTo(
            "The annotation knowledgenetwork.dev/switchover says s2, which is no shard: use one"
                + " of s0, s1, or remove it.");
    assertThat(Conditions.holds(two.status().conditions(), ConditionType.READY)).isTrue();
    assertThat(two.operations()).isEmpty();
  }

  @Test
  void aRequestThatNamesNothingIsSaidToo() {
    world.annotate(Annotations.SWITCHOVER, "").settle();
    assertThat(Conditions.find(world.status().conditions(), ConditionType.STALLED).orElseThrow())
        .satisfies(
            stalled ->
                assertThat(stalled.message())
                    .isEqualTo(
                        "The annotation knowledgenetwork.dev/switchover says nothing, which is no"
                            + " shard: use one of s0, or remove it."));
  }

  @Test
  void itEndsWhateverIsLostWhenever() {
    Losses.atEachMoment(
        () -> World.running(Sets.small("instances: 3")).annotate(Annotations.SWITCHOVER, "s0"),
        after -> {
          assertThat(after.operations())
              .extracting(OperationState::phase)
              .containsExactly(OperationPhase.SUCCEEDED);
          assertThat(after.log()).isNotEmpty().allMatch(line -> line.contains("hands over"));
        });
  }

  private OperationState only() {
    assertThat(world.operations()).hasSize(1);
    return world.operations().getFirst();
  }

  private Condition condition(ConditionType type) {
    return Conditions.find(world.status().conditions(), type).orElseThrow();
  }

  /** Instances 0 to 2, each with its role and state. */
  private PatroniView seen(String first, String second, String third) {
    return new PatroniView(
        List.of(member(0, first), member(1, second), member(2, third)), world.config("s0"));
  }

  private static Member member(int ordinal, String words) {
    String[] word = words.split(" ");
    return new Member("kn-s0-" + ordinal, word[0], word[1]);
  }
}
