package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Somebody pauses Patroni, which nobody but them is to end. */
class PausedFailoverTest {

  private final World world = World.running(Sets.small("instances: 2"));

  @Test
  void itIsToldWhileUsersAreServedAndIsNotEndedByTheOperator() {
    pause(true);
    world.settle();
    assertThat(world.config("s0")).containsEntry("pause", true);
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.READY)).isTrue();
    assertThat(Conditions.find(world.status().conditions(), ConditionType.STALLED))
        .hasValueSatisfying(
            stalled -> {
              assertThat(stalled.reason()).isEqualTo("FailoverPaused");
              assertThat(stalled.message())
                  .isEqualTo(
                      "Patroni of shard s0 is paused: nobody takes over if its primary fails,"
                          + " PostgreSQL that ends is not started again, and no instance is"
                          + " replaced. Once the work by hand is done, resume it: kubectl -n demo"
                          + " exec kn-s0-0 -c postgres -- patronictl -c /etc/patroni resume.");
            });
    pause(false);
    world.settle();
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.STALLED)).isFalse();
  }

  @Test
  void noInstanceIsReplacedBeforeItIsOver() {
    pause(true);
    world.annotate(Annotations.RESTART, "s0").settle();
    assertThat(world.log()).isEmpty();
    assertThat(world.operations())
        .singleElement()
        .satisfies(
            state ->
                assertThat(state.message())
                    .isEqualTo("Waits until Patroni of s0 is resumed, which is paused."));
    pause(false);
    world.settle();
    assertThat(world.log())
        .containsExactly(
            "s0: kn-s0-1 is replaced",
            "s0: kn-s0-0 hands over to kn-s0-1",
            "s0: kn-s0-0 is replaced");
  }

  @Test
  void whatIsLostMeanwhileIsNotExpectedToComeBack() {
    pause(true);
    world.annotate(Annotations.RESTART, "s0").settle();
    Map<String, Object> paused = world.config("s0");
    world.starts("kn-s0-0", false).remove(Pod.class, "kn-s0-0");
    world.settle();
    world.patroni(
        "s0", new PatroniView(List.of(new Member("kn-s0-1", "replica", "running")), paused));
    world.pass();
    String standstill =
        "s0 takes no writes, and as its Patroni is paused no instance becomes primary, nor is one"
            + " started";
    for (ConditionType type : List.of(ConditionType.READY, ConditionType.DEGRADED)) {
      Condition said = Conditions.find(world.status().conditions(), type).orElseThrow();
      assertThat(said.message()).contains(standstill).doesNotContain("within a minute");
    }
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.READY)).isFalse();
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.DEGRADED)).isTrue();
  }

  private void pause(boolean paused) {
    Map<String, Object> config = new HashMap<>(world.config("s0"));
    config.put("pause", paused);
    PatroniView now = world.databases().of("s0").view();
    world.patroni("s0", new PatroniView(now.members(), config));
  }
}
