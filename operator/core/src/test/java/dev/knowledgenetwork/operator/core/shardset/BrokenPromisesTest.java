package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.core.shardset.topology.PrepareDatabase;
import dev.knowledgenetwork.topology.KnSchema;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Somebody takes rights or settings of applications away, which the operator puts back. */
class BrokenPromisesTest extends ShardSetWalk {

  private static final List<String> REMEDIES =
      List.of(
          "alter role kn_app set statement_timeout = '10s'", "grant usage on schema kn to kn_app");

  private static final String TOLD =
      "Rights or settings of s0 were changed by hand, and are put back: alter role kn_app set"
          + " statement_timeout = '10s'; grant usage on schema kn to kn_app.";

  @Test
  void itIsToldWhileUsersAreServedAndPutBack() {
    World world = World.running(set);
    see(world);
    world.database("s0", Sets.PREPARED.breaking(REMEDIES));
    assertThat(world.plan().problems())
        .singleElement()
        .isInstanceOfSatisfying(
            Problem.WaitingFor.class,
            waiting -> {
              assertThat(waiting.reason().text()).isEqualTo("RightsRestored");
              assertThat(waiting.message()).isEqualTo(TOLD);
            });
    assertThat(world.plan().actions())
        .singleElement()
        .isInstanceOfSatisfying(
            PrepareDatabase.class, action -> assertThat(action.shard().part()).isEqualTo("s0"));
    assertThat(world.plan().nextCheck()).isPresent();
    see(world);
    expect(ConditionType.READY, ConditionStatus.TRUE, "Ready");
    expect(ConditionType.RECONCILING, ConditionStatus.TRUE, "RightsRestored");
    expect(ConditionType.DEGRADED, ConditionStatus.FALSE, "Whole");
    assertThat(message(ConditionType.RECONCILING)).isEqualTo(TOLD);
    world.settle();
    settled();
  }

  @Test
  void whatIsYetToBePreparedWasNotChangedByHand() {
    World world = World.running(set);
    world.database(
        "s0", new DatabaseView(true, Sets.CLUSTER_ID, KnSchema.VERSION - 1, 1).breaking(REMEDIES));
    assertThat(world.plan().problems()).isEmpty();
    assertThat(world.plan().actions()).singleElement().isInstanceOf(PrepareDatabase.class);
  }

  @Test
  void withoutAPrimaryNothingIsPutBackYet() {
    World world = World.running(set);
    world.database("s0", Sets.PREPARED.breaking(REMEDIES));
    world.patroni("s0", new PatroniView(List.of(), Map.of()));
    assertThat(world.plan().problems()).isEmpty();
    assertThat(world.plan().actions()).isEmpty();
  }
}
