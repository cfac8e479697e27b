package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.shardset.observe.ShardSetObserved;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ShardSetPlannerPropertyTest {

  @Property(tries = 40)
  void theOrderInWhichChildrenAreSeenDoesNotMatter(
      @ForAll @IntRange(min = 1, max = 5) int shards,
      @ForAll @IntRange(min = 1, max = 5) int instances,
      @ForAll @IntRange(max = 4) int steps,
      @ForAll long seed) {
    ShardSet set = set(shards, instances);
    World world = new World(set);
    for (int step = 0; step < steps; step++) {
      world.step();
    }
    ShardSetObserved observed = world.observed();
    List<HasMetadata> shuffled = new ArrayList<>(observed.children().objects());
    Collections.shuffle(shuffled, new Random(seed));
    ShardSetObserved other =
        new ShardSetObserved(new Children(shuffled), observed.patroni(), observed.databases());
    Plan plan = ShardSetPlanner.plan(set, observed, Sets.IMAGES, Sets.NOW);
    assertThat(ShardSetPlanner.plan(set, other, Sets.IMAGES, Sets.NOW)).isEqualTo(plan);
    assertThat(ShardSetStatusCalculator.calculate(set, other, plan, Sets.NOW))
        .isEqualTo(ShardSetStatusCalculator.calculate(set, observed, plan, Sets.NOW));
  }

  @Property(tries = 25)
  void aPlanThatIsAppliedPlansTheSameAgain(
      @ForAll @IntRange(min = 1, max = 5) int shards,
      @ForAll @IntRange(min = 1, max = 5) int instances) {
    World world = World.running(set(shards, instances));
    Plan plan = world.step();
    assertThat(world.step()).isEqualTo(plan);
    assertThat(plan.actions()).isEmpty();
  }

  private static ShardSet set(int shards, int instances) {
    return Sets.set("{sharding: {shards: %d}, instances: %d}".formatted(shards, instances));
  }
}
