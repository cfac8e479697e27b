package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.patroni.BeginAnew;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import io.fabric8.kubernetes.api.model.Endpoints;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An instance that was to make the first database of its shard was killed before it had. */
class InterruptedStartTest {

  private static final BeginAnew ANEW =
      new BeginAnew(new Target("ShardSet", "demo", "kn", "s0"), "kn-s0-config");

  private final World world = new World(Sets.small("instances: 2"));

  @BeforeEach
  void madeAndNeverStarted() {
    for (int pass = 0; world.get(Endpoints.class, "kn-s0-config") == null; pass++) {
      assertThat(pass).isLessThan(10);
      world.pass();
    }
    remembered().put(Annotations.INITIALIZED, "");
    members(empty(0), empty(1));
  }

  @Test
  void whatNobodyEndsIsTakenBackOnceItHasLasted() {
    world.pass();
    assertThat(problems()).as("an instance may be about to make it").isEmpty();
    assertThat(actions()).isEmpty();
    world.later(Duration.ofMinutes(1)).pass();
    assertThat(actions()).containsExactly(ANEW);
    assertThat(condition(ConditionType.RECONCILING).message())
        .contains(
            "The first start of shard s0 was broken off before it had a database. It is begun"
                + " anew.");
  }

  @Test
  void whoeverBeginsAnewIsGivenTimeAndThenAPersonIsToldOfFilesThatAreNoDatabase() {
    world.later(Duration.ofMinutes(1)).pass();
    remembered().remove(Annotations.INITIALIZED);
    remembered().put(Annotations.BEGUN_ANEW, world.observed().now().toString());
    world.later(Duration.ofSeconds(50)).pass();
    assertThat(problems()).isEmpty();
    world.later(Duration.ofSeconds(20)).pass();
    assertThat(actions()).isEmpty();
    assertThat(condition(ConditionType.STALLED).reason()).isEqualTo("StartInterrupted");
    assertThat(condition(ConditionType.STALLED).message())
        .isEqualTo(
            "The first start of shard s0 was broken off, and left files in its volumes that are no"
                + " database. Nothing was ever written to it. Begin it anew with empty volumes:"
                + " kubectl -n demo delete pvc/data-kn-s0-0 pvc/data-kn-s0-1 pod/kn-s0-0"
                + " pod/kn-s0-1.");
  }

  @Test
  void anInstanceThatDoesNotAnswerMayBeMakingIt() {
    members(empty(0));
    world.later(Duration.ofHours(1));
    assertThat(problems()).isEmpty();
    members(empty(0), new Member("kn-s0-1", "replica", "initializing new cluster"));
    world.later(Duration.ofHours(1));
    assertThat(problems()).isEmpty();
    world.forgetAnswers();
    assertThat(problems()).isEmpty();
  }

  @Test
  void aShardThatHadADatabaseIsNeverBegunAnew() {
    remembered().put(Annotations.INITIALIZED, "7000000000000000000");
    world.later(Duration.ofHours(1));
    assertThat(problems()).isEmpty();
    assertThat(actions()).isEmpty();
  }

  private List<Problem> problems() {
    return world.plan().problems().stream()
        .filter(problem -> problem.reason().text().equals("StartInterrupted"))
        .toList();
  }

  private List<Action> actions() {
    return world.plan().actions().stream().filter(BeginAnew.class::isInstance).toList();
  }

  private Map<String, String> remembered() {
    return world.get(Endpoints.class, "kn-s0-config").getMetadata().getAnnotations();
  }

  private void members(Member... members) {
    world.patroni("s0", new PatroniView(Arrays.asList(members), Map.of()));
    world.plan();
  }

  private static Member empty(int ordinal) {
    return new Member("kn-s0-" + ordinal, Member.UNINITIALIZED, "stopped");
  }

  private Condition condition(ConditionType type) {
    return Conditions.find(world.status().conditions(), type).orElseThrow();
  }
}
