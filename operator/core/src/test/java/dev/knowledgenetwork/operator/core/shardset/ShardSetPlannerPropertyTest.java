package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.shardset.observe.ShardSetObserved;
import dev.knowledgenetwork.testing.Draws;
import dev.knowledgenetwork.testing.Property;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

class ShardSetPlannerPropertyTest {

  @Property(tries = 40)
  void theOrderInWhichChildrenAreSeenDoesNotMatter(Draws draws) {
    ShardSet set = anySet(draws);
    World world = new World(set);
    for (int steps = draws.between(0, 4); steps > 0; steps--) {
      world.step();
    }
    ShardSetObserved observed = world.observed();
    List<HasMetadata> shuffled = draws.shuffled(observed.children().objects());
    ShardSetObserved other =
        new ShardSetObserved(new Children(shuffled), observed.patroni(), observed.databases());
    Plan plan = ShardSetPlanner.plan(set, observed, Sets.IMAGES, Sets.NOW);
    assertThat(ShardSetPlanner.plan(set, other, Sets.IMAGES, Sets.NOW)).isEqualTo(plan);
    assertThat(ShardSetStatusCalculator.calculate(set, other, plan, Sets.NOW))
        .isEqualTo(ShardSetStatusCalculator.calculate(set, observed, plan, Sets.NOW));
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
