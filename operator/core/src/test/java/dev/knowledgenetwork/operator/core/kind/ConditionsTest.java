package dev.knowledgenetwork.operator.core.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.plan.Reason;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {

  private enum Why implements Reason {
    WAITING_FOR_SHARDS,
    READY
  }

  private static final Instant EARLY = Instant.parse("2026-01-01T00:00:00.123Z");
  private static final Instant LATE = Instant.parse("2026-01-02T00:00:00Z");

  @Test
  void aTransitionHasTheTimeOfTheChangeOfStatus() {
    List<Condition> first =
        Conditions.after(List.of(), 1L, EARLY)
            .no(ConditionType.READY, Why.WAITING_FOR_SHARDS, "")
            .toList();
    assertThat(first)
        .singleElement()
        .satisfies(
            condition -> {
              assertThat(condition.reason()).isEqualTo("WaitingForShards");
              assertThat(condition.lastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
            });

    List<Condition> same =
        Conditions.after(first, 2L, LATE).no(ConditionType.READY, Why.READY, "other").toList();
    assertThat(same.getFirst().lastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(same.getFirst().observedGeneration()).isEqualTo(2L);

    List<Condition> changed =
        Conditions.after(same, 2L, LATE).yes(ConditionType.READY, Why.READY, "").toList();
    assertThat(changed.getFirst().lastTransitionTime()).isEqualTo("2026-01-02T00:00:00Z");
    assertThat(Conditions.holds(changed, ConditionType.READY)).isTrue();
  }

  @Test
  void theOrderIsFixedAndEachTypeOccursOnce() {
    List<Condition> conditions =
        Conditions.after(List.of(), 1L, EARLY)
            .no(ConditionType.STALLED, Why.READY, "")
            .no(ConditionType.READY, Why.READY, "first")
            .with(ConditionType.READY, ConditionStatus.UNKNOWN, Why.WAITING_FOR_SHARDS, "second")
            .toList();
    assertThat(conditions).extracting(Condition::type).containsExactly("Ready", "Stalled");
    assertThat(conditions.getFirst().message()).isEqualTo("second");
  }

  @Test
  void aBuilderThatIsKeptDoesNotChange() {
    Conditions base = Conditions.after(List.of(), 1L, EARLY);
    base.yes(ConditionType.READY, Why.READY, "");
    assertThat(base.toList()).isEmpty();
  }

  @Test
  void messagesFitTheSchema() {
    assertThat(
            Conditions.after(List.of(), 1L, EARLY)
                .yes(ConditionType.READY, Why.READY, "x".repeat(5000))
                .toList()
                .getFirst()
                .message())
        .hasSize(1024)
        .endsWith("…");
  }
}
