package dev.knowledgenetwork.operator.core.shardset.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.World;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The account of a shard's pods was deleted; the operator made it again. */
class RevokedTokenTest {

  private final World world = World.running(Sets.small("instances: 3"));

  @Test
  void instancesAreReplacedOneByOneAndWhoHasTheNewestDataLast() {
    revoke(world).settle();
    assertThat(world.log())
        .containsExactly(
            "s0: kn-s0-1 is replaced", "s0: kn-s0-2 is replaced", "s0: kn-s0-0 is replaced");
    assertThat(world.primary("s0")).isEqualTo("kn-s0-0");
    assertThat(world.operations()).isEmpty();
    assertThat(condition(world, ConditionType.READY).status()).isEqualTo(ConditionStatus.TRUE);
  }

  @Test
  void untilThenNobodyIsToldThatWritesAreTaken() {
    revoke(world).step();
    Condition ready = condition(world, ConditionType.READY);
    assertThat(ready.status()).isEqualTo(ConditionStatus.FALSE);
    assertThat(ready.message())
        .contains(
            "Pod kn-s0-0 is older than its ServiceAccount kn-s0, which was deleted and made again:"
                + " the token that it started with is void, and without one Patroni takes no writes."
                + " It is replaced in its turn; at once by kubectl -n demo delete pod kn-s0-0");
  }

  @Test
  void aPrimaryThatTheApiServerRefusesTakesNoWritesWhateverPatroniStillSays() {
    world.remove(ServiceAccount.class, "kn-s0");
    world.pass();
    world.pass();
    assertThat(world.primary("s0")).isEqualTo("kn-s0-0");
    assertThat(condition(world, ConditionType.READY).status()).isEqualTo(ConditionStatus.FALSE);
  }

  @Test
  void aSingleInstanceIsReplacedThoughItRunsAndPatroniIsSilent() {
    World alone = World.running(Sets.small("instances: 1"));
    Map<String, String> before = alone.uids("s0");
    revoke(alone);
    alone.forgetAnswers().pass();
    assertThat(condition(alone, ConditionType.READY).status()).isEqualTo(ConditionStatus.FALSE);
    for (int i = 0; i < 10 && alone.uids("s0").equals(before); i++) {
      alone.forgetAnswers().step();
    }
    alone.settle();
    assertThat(alone.log()).containsExactly("s0: kn-s0-0 is replaced");
    assertThat(condition(alone, ConditionType.READY).status()).isEqualTo(ConditionStatus.TRUE);
  }

  @Test
  void nothingElseChangesOnThisOccasion() {
    world.operator(new Images("postgres:2", "pooler:1", "valkey:1", "app:1")).settle();
    revoke(world).settle();
    assertThat(world.log()).hasSize(3);
    assertThat(
            world
                .get(StatefulSet.class, "kn-s0")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getImage())
        .as("the update is held")
        .isEqualTo("postgres:1");
  }

  /** While the object is paused nothing is replaced, and the kubelet brings another token. */
  @Test
  void oncePatroniMustHaveAnotherTokenItsOwnWordCountsAgain() {
    revoke(world).annotate(Annotations.PAUSED, "true");
    PatroniView led =
        new PatroniView(
            List.of(
                new Member("kn-s0-0", "leader", "running"),
                new Member("kn-s0-1", "quorum_standby", "streaming"),
                new Member("kn-s0-2", "quorum_standby", "streaming")),
            world.config("s0"));
    world.patroni("s0", led);
    world.later(Duration.ofMinutes(12)).pass();
    assertThat(condition(world, ConditionType.READY).status()).isEqualTo(ConditionStatus.TRUE);
  }

  private static World revoke(World world) {
    world.remove(ServiceAccount.class, "kn-s0");
    world.step();
    return world;
  }

  private static Condition condition(World world, ConditionType type) {
    return Conditions.find(world.status().conditions(), type).orElseThrow();
  }
}
