package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The instance with the newest data lost its volume, and the other one may not lead. */
class OutdatedSurvivorsTest {

  private static final Member BEHIND = new Member("kn-s0-0", "replica", "running");
  private static final Member EMPTY =
      new Member("kn-s0-1", Member.UNINITIALIZED, "waiting for leader to bootstrap");

  private final World world = World.running(Sets.small("instances: 2"));

  @Test
  void aPersonIsToldWhatIsGoneAndHowToGoOnWithTheRest() {
    see(BEHIND, EMPTY);
    assertThat(stalled().reason()).as("somebody may be about to lead").isEqualTo("Valid");
    world.later(Duration.ofMinutes(1)).pass();
    assertThat(stalled().reason()).isEqualTo("DataLost");
    assertThat(stalled().message())
        .isEqualTo(
            "What was written last to shard s0 is gone: kn-s0-1 had it and has an empty volume now;"
                + " kn-s0-0 lacks it, so Patroni does not make it the primary. Bring the volume of"
                + " kn-s0-1 back, or go on with what kn-s0-0 has: kubectl -n demo annotate endpoints"
                + " kn-s0-config history-, then kubectl -n demo annotate endpoints kn-s0 optime-"
                + " failsafe-.");
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.READY)).isFalse();
  }

  @Test
  void whoDoesNotAnswerMayHaveTheNewestDataAndComeBack() {
    see(BEHIND, new Member("kn-s0-1", "replica", "starting"));
    world.later(Duration.ofHours(1)).pass();
    assertThat(stalled().reason()).isEqualTo("LastWritesAway");

    see(BEHIND);
    assertThat(stalled().reason()).as("somebody may be about to lead").isEqualTo("Valid");
    world.later(Duration.ofMinutes(1)).pass();
    assertThat(stalled().reason()).isEqualTo("LastWritesAway");
    assertThat(stalled().message())
        .isEqualTo(
            "What was written last to shard s0 is where nobody reaches it: kn-s0-1 is away; kn-s0-0"
                + " lacks it, so Patroni does not make it the primary. Bring kn-s0-1 back. Only if"
                + " its node and its volume are gone for good, give that up and go on with what"
                + " kn-s0-0 has: kubectl -n demo annotate endpoints kn-s0-config history-, then"
                + " kubectl -n demo annotate endpoints kn-s0 optime- failsafe-.");
  }

  @Test
  void whereOneLeadsNothingIsLost() {
    see(new Member("kn-s0-0", "leader", "running"), EMPTY);
    world.later(Duration.ofHours(1)).pass();
    assertThat(stalled().reason()).isNotEqualTo("DataLost");
  }

  private void see(Member... members) {
    world.patroni("s0", new PatroniView(List.of(members), world.config("s0")));
    world.pass();
  }

  private Condition stalled() {
    return Conditions.find(world.status().conditions(), ConditionType.STALLED).orElseThrow();
  }
}
