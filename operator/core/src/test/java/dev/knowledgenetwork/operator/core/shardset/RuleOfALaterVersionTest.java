package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.plan.Plan;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings that an earlier version of the operator took, and this one would not. */
class RuleOfALaterVersionTest {

  @ParameterizedTest
  @ValueSource(strings = {"shared_buffers: 800MB", "notify_buffers: 500MB"})
  void whatRunsByItStaysReadyIsLookedAfterAndWarnedOf(String parameter) {
    World world = taken(parameter);
    assertThat(condition(world, ConditionType.READY).reason()).isEqualTo("Ready");
    assertThat(condition(world, ConditionType.STALLED).status()).isEqualTo(ConditionStatus.FALSE);
    assertThat(condition(world, ConditionType.MEMORY_OK).status()).isEqualTo(ConditionStatus.FALSE);
    assertThat(condition(world, ConditionType.MEMORY_OK).reason()).isEqualTo("SettingsTooLarge");
    assertThat(condition(world, ConditionType.MEMORY_OK).message())
        .startsWith(
            "PostgreSQL runs with settings that are not taken any more, because it may be ended for"
                + " want of memory: spec.parameters")
        .endsWith("raise spec.resources.limits.memory.");
    world.remove(Secret.class, "kn-pooler");
    world.settle();
    assertThat(world.get(Secret.class, "kn-pooler")).as("it is looked after").isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared_buffers: 800MB", "notify_buffers: 500MB"})
  void whoeverChangesTheSpecIsToldAndWhatRunsGoesOn(String parameter) {
    World world = taken(parameter);
    world.spec(Sets.smallSpec("instances: 2, parameters: {%s}".formatted(parameter)));
    for (int pass = 0; pass < 3; pass++) {
      Plan plan = world.pass();
      assertThat(plan.isBlocked()).as("also when its status has been written").isTrue();
      assertThat(condition(world, ConditionType.STALLED).reason()).isEqualTo("InvalidSpec");
      assertThat(condition(world, ConditionType.READY).status()).isEqualTo(ConditionStatus.TRUE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared_buffers: 800MB", "notify_buffers: 500MB"})
  void onceThereIsRoomNothingIsSaidAnyMore(String parameter) {
    World world = taken(parameter);
    world.spec(
        Sets.smallSpec(
            "instances: 1, resources: {limits: {memory: 4Gi}}, parameters: {%s}"
                .formatted(parameter)));
    world.settle();
    assertThat(find(world, ConditionType.MEMORY_OK)).isEmpty();
    assertThat(condition(world, ConditionType.READY).reason()).isEqualTo("Ready");
  }

  /** The rule did not exist when it was taken: a spec of the same generation is in force. */
  private static World taken(String parameter) {
    World world = World.running(Sets.small("instances: 1"));
    world
        .set()
        .setSpec(
            Sets.set(Sets.smallSpec("instances: 1, parameters: {%s}".formatted(parameter)))
                .getSpec());
    return world.settle();
  }

  private static Optional<Condition> find(World world, ConditionType type) {
    return Conditions.find(world.status().conditions(), type);
  }

  private static Condition condition(World world, ConditionType type) {
    return find(world, type).orElseThrow();
  }
}
