package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who makes a shard over volumes that are there is told that nothing is begun anew. */
class FoundDataTest {

  private static final String FOUND =
      "Shard s0 goes on with the data in the volumes that are there already: data-kn-s0-0,"
          + " data-kn-s0-1.";

  @Test
  void whatWasKeptByAnEarlierShardSetIsTakenUp() {
    World world = World.running(Sets.small("instances: 2")).retained(Sets.small("instances: 2"));
    assertThat(told(world)).containsExactly(FOUND);
  }

  @Test
  void aShardSetWithoutVolumesHasNothingToTakeUp() {
    assertThat(told(new World(Sets.small("instances: 2")))).isEmpty();
  }

  @Test
  void itIsToldWhenTheStatefulSetIsGoneWithItsPodsOnly() {
    World world = World.running(Sets.small("instances: 2"));
    world.remove(StatefulSet.class, "kn-s0");
    assertThat(found(world.pass())).as("its pods go on").isEmpty();
    world.remove(StatefulSet.class, "kn-s0");
    world.remove(Pod.class, "kn-s0-0");
    world.remove(Pod.class, "kn-s0-1");
    assertThat(found(world.pass())).containsExactly(FOUND);
  }

  private static List<String> told(World world) {
    List<String> told = new ArrayList<>();
    for (int pass = 0; world.get(StatefulSet.class, "kn-s0") == null; pass++) {
      assertThat(pass).isLessThan(10);
      told.addAll(found(world.pass()));
    }
    return told;
  }

  private static List<String> found(Plan plan) {
    return plan.problems().stream()
        .filter(problem -> problem.reason().toString().equals("DATA_FOUND"))
        .map(Problem::message)
        .toList();
  }
}
