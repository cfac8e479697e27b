package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Passes;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.testing.Draws;
import dev.knowledgenetwork.testing.Property;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

class ShardSetPlannerPropertyTest {

  @Property(tries = 40)
  void theOrderInWhichChildrenAreSeenDoesNotMatter(Draws draws) {
    ShardSet set = anySet(draws);
    World world = new World(set);
    for (int steps = draws.between(0, 6); steps > 0; steps--) {
      world.step();
    }
    ShardSetStatus before = set.getStatus();
    Observed observed = world.observed();
    List<HasMetadata> shuffled = draws.shuffled(observed.children().objects());
    Observed other =
        new Observed(
            new Children(shuffled),
            observed.related(),
            observed.facts(),
            observed.served(),
            observed.now());
    ShardSetKind kind = new ShardSetKind(Sets.IMAGES);
    Plan plan = Passes.run(kind, set, observed);
    ShardSetStatus status = set.getStatus();
    set.setStatus(before);
    assertThat(Passes.run(kind, set, other)).isEqualTo(plan);
    assertThat(set.getStatus()).isEqualTo(status);
  }

  @Property(tries = 25)
  void aPlanThatIsAppliedPlansTheSameAgain(Draws draws) {
    World world = World.running(anySet(draws));
    Plan plan = world.step();
    assertThat(world.step()).isEqualTo(plan);
    assertThat(plan.actions()).isEmpty();
  }

  private static ShardSet anySet(Draws draws) {
    return Sets.set(
        "{sharding: {shards: %d}, instances: %d}"
            .formatted(draws.between(1, 5), draws.between(1, 5)));
  }
}
