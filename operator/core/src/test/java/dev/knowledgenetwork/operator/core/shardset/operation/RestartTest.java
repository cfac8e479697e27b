package dev.knowledgenetwork.operator.core.shardset.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.OperationPhase;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.World;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RestartTest {

  private static final List<String> ALL =
      List.of(
          "s0: kn-s0-2 is replaced",
          "s0: kn-s0-1 is replaced",
          "s0: kn-s0-0 hands over to kn-s0-1",
          "s0: kn-s0-0 is replaced");

  private final World world = World.running(Sets.small("instances: 3"));

  @Test
  void everyInstanceIsReplacedThePrimaryLast() {
    Collection<String> before = world.uids("s0").values();
    world.annotate(Annotations.RESTART, "s0").settle();
    assertThat(world.log()).isEqualTo(ALL);
    assertThat(world.uids("s0").values()).hasSize(3).doesNotContainAnyElementsOf(before);
    assertThat(world.operations())
        .singleElement()
        .satisfies(
            state -> {
              assertThat(state.phase()).isEqualTo(OperationPhase.SUCCEEDED);
              assertThat(state.message()).isEqualTo("Every instance of s0 was replaced.");
            });
  }

  @Test
  void theSameRequestIsDoneOnceAndAnotherOneAgain() {
    world.annotate(Annotations.RESTART, "s0").settle();
    world.settle();
    assertThat(world.log()).hasSize(4);
    world.annotate(Annotations.RESTART, "s0#again").settle();
    assertThat(world.log()).hasSize(8);
  }

  @Test
  void whatWasMadeSinceItBeganIsNotReplaced() {
    world.annotate(Annotations.RESTART, "s0").pass();
    world.act();
    world.remove(Pod.class, "kn-s0-1");
    world.settle();
    assertThat(world.log()).doesNotContain("s0: kn-s0-1 is replaced").hasSize(3);
  }

  @Test
  void writesPauseWhereThereIsOneInstance() {
    World alone = World.running(Sets.small("instances: 1"));
    alone.annotate(Annotations.RESTART, "s0").settle();
    assertThat(alone.log()).containsExactly("s0: kn-s0-0 is replaced");
    assertThat(alone.primary("s0")).isEqualTo("kn-s0-0");
  }

  @Test
  void whatWasReplacedStaysWhenItIsGivenUp() {
    world.annotate(Annotations.RESTART, "s0").step();
    world
        .set()
        .getMetadata()
        .setAnnotations(Map.of(Annotations.RESTART, "s0", Annotations.ABORT, "Restart/s0"));
    world.settle();
    assertThat(world.log()).containsExactly("s0: kn-s0-2 is replaced");
    assertThat(world.operations())
        .extracting(OperationState::phase)
        .containsExactly(OperationPhase.WITHDRAWN);
  }

  @Test
  void aRequestForNoShardIsStalledAndNamesTheShards() {
    world.annotate(Annotations.RESTART, "kn-s0").settle();
    assertThat(Conditions.find(world.status().conditions(), ConditionType.STALLED).orElseThrow())
        .satisfies(
            stalled -> {
              assertThat(stalled.reason()).isEqualTo("RequestRefused");
              assertThat(stalled.message()).contains("says kn-s0", "use one of s0,");
            });
    assertThat(world.log()).isEmpty();
  }

  @Test
  void aSwitchoverGoesFirstAndTheRestartSaysForWhatItWaits() {
    world
        .set()
        .getMetadata()
        .setAnnotations(Map.of(Annotations.RESTART, "s0", Annotations.SWITCHOVER, "s0"));
    world.pass();
    assertThat(world.operations())
        .filteredOn(state -> state.type().equals("Restart"))
        .singleElement()
        .satisfies(
            state -> {
              assertThat(state.phase()).isEqualTo(OperationPhase.WAITING);
              assertThat(state.message()).isEqualTo("Waits for Switchover of ShardSet demo/kn s0.");
            });
    world.settle();
    assertThat(world.log())
        .containsExactly(
            "s0: kn-s0-0 hands over to kn-s0-1",
            "s0: kn-s0-2 is replaced",
            "s0: kn-s0-0 is replaced",
            "s0: kn-s0-1 hands over to kn-s0-0",
            "s0: kn-s0-1 is replaced");
  }

  @Test
  void itEndsWhateverIsLostWhenever() {
    Losses.atEachMoment(
        () -> World.running(Sets.small("instances: 3")).annotate(Annotations.RESTART, "s0"),
        after -> {
          assertThat(after.operations())
              .extracting(OperationState::phase)
              .containsExactly(OperationPhase.SUCCEEDED);
          assertThat(after.uids("s0").values())
              .doesNotContain("uid-of-pod-1", "uid-of-pod-2", "uid-of-pod-3");
          assertThat(after.log()).noneMatch(line -> line.contains("is lost"));
        });
  }
}
