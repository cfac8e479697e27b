package dev.knowledgenetwork.operator.core.shardset.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.World;
import dev.knowledgenetwork.operator.core.shardset.instance.ReplacePod;
import org.junit.jupiter.api.Test;

/** More memory is other settings, too: an instance that started without them would start twice. */
class SettingsBeforeRestartTest {

  private static final int PASSES = 20;

  @Test
  void noInstanceIsReplacedBeforePatroniHasWhatItIsToStartWithAndEachOnlyOnce() {
    World world = World.running(Sets.small("instances: 3"));
    world.spec(Sets.smallSpec("instances: 3, resources: {limits: {memory: 2Gi}}"));
    for (int pass = 0; pass < PASSES; pass++) {
      assertThat(world.pass().actions()).noneMatch(ReplacePod.class::isInstance);
      world.live();
    }
    assertThat(world.operations())
        .extracting(OperationState::message)
        .containsExactly("Patroni takes over the settings of s0.");
    world.settle();
    assertThat(world.log().stream().filter(line -> line.endsWith("is replaced")))
        .containsExactlyInAnyOrder(
            "s0: kn-s0-0 is replaced", "s0: kn-s0-1 is replaced", "s0: kn-s0-2 is replaced");
    assertThat(world.outdated("s0")).isEmpty();
  }
}
