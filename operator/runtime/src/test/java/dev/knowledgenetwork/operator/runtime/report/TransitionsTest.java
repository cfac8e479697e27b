package dev.knowledgenetwork.operator.runtime.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.OperationPhase;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.crds.shardset.ShardState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TransitionsTest {

  @Test
  void theFirstStatusSaysThatTheObjectWasAccepted() {
    assertThat(reasons(null, status(condition("Ready", ConditionStatus.UNKNOWN, "Accepted"))))
        .containsExactly("Accepted");
  }

  @Test
  void becomingReadyIsToldOnce() {
    ShardSetStatus before = status(condition("Ready", ConditionStatus.FALSE, "Creating"));
    ShardSetStatus after = status(condition("Ready", ConditionStatus.TRUE, "Ready"));
    assertThat(reasons(before, after)).containsExactly("Ready");
    assertThat(reasons(after, after)).isEmpty();
  }

  @Test
  void lossAndRecoveryAreTold() {
    ShardSetStatus whole = status(condition("Degraded", ConditionStatus.FALSE, "AllThere"));
    ShardSetStatus broken = status(condition("Degraded", ConditionStatus.TRUE, "InstanceLost"));
    assertThat(Transitions.between(whole, broken))
        .containsExactly(new Transition(true, "InstanceLost", "message"));
    assertThat(reasons(broken, whole)).containsExactly("Recovered");
  }

  @Test
  void anotherViolationIsAnotherWarning() {
    ShardSetStatus first = status(condition("Stalled", ConditionStatus.TRUE, "BadKey"));
    ShardSetStatus second = status(condition("Stalled", ConditionStatus.TRUE, "BadSize"));
    assertThat(reasons(first, second)).containsExactly("BadSize");
  }

  @Test
  void whatIsAboutToRunOutIsToldOnce() {
    ShardSetStatus enough = status(condition("StorageOK", ConditionStatus.TRUE, "Enough"));
    ShardSetStatus little =
        status(condition("StorageOK", ConditionStatus.FALSE, "StorageNearlyFull"));
    assertThat(reasons(enough, little)).containsExactly("StorageNearlyFull");
    assertThat(reasons(little, little)).isEmpty();
    assertThat(reasons(little, enough)).isEmpty();
  }

  @Test
  void aNewPrimaryIsToldAndAFirstOneIsNot() {
    assertThat(reasons(led(null), led("kn-s0-0"))).isEmpty();
    assertThat(reasons(led("kn-s0-0"), led(null))).isEmpty();
    assertThat(reasons(led("kn-s0-0"), led("kn-s0-1"))).containsExactly("PrimaryChanged");
    assertThat(reasons(leaderless("kn-s0-0"), leaderless("kn-s0-0"))).isEmpty();
    assertThat(reasons(leaderless("kn-s0-0"), led("kn-s0-0"))).isEmpty();
    assertThat(reasons(leaderless("kn-s0-0"), led("kn-s0-1"))).containsExactly("PrimaryChanged");
  }

  @Test
  void anOperationIsToldWhenItBeginsAndWhenItEnds() {
    ShardSetStatus idle = status();
    ShardSetStatus running = idle.with(List.of(), List.of(operation(OperationPhase.RUNNING)));
    ShardSetStatus succeeded = idle.with(List.of(), List.of(operation(OperationPhase.SUCCEEDED)));
    ShardSetStatus withdrawn = idle.with(List.of(), List.of(operation(OperationPhase.WITHDRAWN)));
    ShardSetStatus failed = idle.with(List.of(), List.of(operation(OperationPhase.FAILED)));

    assertThat(reasons(idle, running)).contains("SwitchoverStarted");
    assertThat(reasons(running, running)).doesNotContain("SwitchoverStarted");
    assertThat(reasons(running, failed)).contains("SwitchoverFailed");
    assertThat(reasons(running, succeeded)).contains("SwitchoverSucceeded");
    assertThat(reasons(running, withdrawn)).contains("SwitchoverWithdrawn");
    assertThat(reasons(succeeded, idle)).noneMatch(reason -> reason.startsWith("Switchover"));
  }

  private static OperationState operation(OperationPhase phase) {
    return new OperationState(
        "Switchover", "s0", "s0", phase, "Choose", "2026-01-01T00:00:00Z", "message", Map.of());
  }

  private static List<String> reasons(
      @org.jspecify.annotations.Nullable ShardSetStatus before, ShardSetStatus after) {
    return Transitions.between(before, after).stream().map(Transition::reason).toList();
  }

  private static ShardSetStatus led(@org.jspecify.annotations.Nullable String primary) {
    return shard(primary, primary);
  }

  private static ShardSetStatus leaderless(String last) {
    return shard(null, last);
  }

  private static ShardSetStatus shard(
      @org.jspecify.annotations.Nullable String primary,
      @org.jspecify.annotations.Nullable String last) {
    return new ShardSetStatus(
        1L,
        List.of(condition("Ready", ConditionStatus.FALSE, "Creating")),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(new ShardState("s0", primary, last, 1, 1, 4096, List.of())),
        null,
        List.of());
  }

  private static ShardSetStatus status(Condition... conditions) {
    return new ShardSetStatus(
        1L,
        Arrays.asList(conditions),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(),
        null,
        List.of());
  }

  private static Condition condition(String type, ConditionStatus status, String reason) {
    return new Condition(type, status, reason, "message", "2026-01-01T00:00:00Z", 1L);
  }
}
