package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

  private static final Owner OWNER = new Owner(OwnerKind.SHARD_SET, "demo", "kn");
  private static final Duration ALLOWED = Duration.ofMinutes(10);

  private final Deadlines deadlines = new Deadlines(ALLOWED);
  private Instant now = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void whoRestsForLongHasAllTheTimeWhenWorkBegins() {
    assertThat(left(status(false, 1))).isEqualTo(ALLOWED);
    now = now.plus(Duration.ofDays(3));
    assertThat(left(status(false, 1))).as("the pass that finds the work").isEqualTo(ALLOWED);
    now = now.plus(Duration.ofMinutes(4));
    assertThat(left(status(true, 1))).isEqualTo(Duration.ofMinutes(6));
  }

  @Test
  void workThatDoesNotGetOnIsOverdue() {
    left(status(true, 1));
    now = now.plus(Duration.ofMinutes(11));
    assertThat(left(status(true, 1))).isNegative();
  }

  @Test
  void anyProgressGivesTheTimeAgain() {
    left(status(true, 1));
    now = now.plus(Duration.ofMinutes(9));
    assertThat(left(status(true, 2))).isEqualTo(ALLOWED);
  }

  @Test
  void whoWasOverdueStaysSoAfterARestartUntilItGetsOn() {
    ShardSetStatus stalled =
        status(false, 1)
            .with(
                List.of(condition("Stalled", ConditionStatus.TRUE, "ProgressDeadlineExceeded")),
                List.of());
    assertThat(left(stalled)).isLessThanOrEqualTo(Duration.ZERO);
    assertThat(left(status(true, 2))).isEqualTo(ALLOWED);
  }

  @Test
  void afterARestartTheNewestTimeOfTheStatusCounts() {
    now = Instant.parse("2026-01-01T00:07:00Z");
    assertThat(left(status(true, 1))).as("of 10 minutes 7 are over").hasMinutes(3);
    now = now.plus(Duration.ofMinutes(4));
    assertThat(left(status(true, 1))).isNegative();
  }

  @Test
  void progressThatLeftNoTimeIsNotOverdueRightAfterARestart() {
    assertThat(left(status(true, 1))).hasMinutes(2);
  }

  private Duration left(ShardSetStatus status) {
    return deadlines.left(OWNER, status, each -> each.with(List.of(), List.of()), now);
  }

  private static ShardSetStatus status(boolean reconciling, int readyShards) {
    ConditionStatus is = reconciling ? ConditionStatus.TRUE : ConditionStatus.FALSE;
    ShardSetStatus empty = ShardSetStatus.empty();
    return new ShardSetStatus(
        1L,
        List.of(condition("Reconciling", is, "Rolling")),
        empty.clusterId(),
        empty.epoch(),
        empty.shardCount(),
        empty.selector(),
        readyShards,
        empty.instances(),
        empty.readyInstances(),
        empty.shards(),
        empty.binding(),
        empty.operations());
  }

  private static Condition condition(String type, ConditionStatus status, String reason) {
    return new Condition(type, status, reason, "", "2026-01-01T00:00:00Z", 1L);
  }
}
