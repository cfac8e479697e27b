package dev.knowledgenetwork.operator.core.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.kind.Outcome.Result;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OutcomeTest {

  private static final Reference OBJECT = new Reference("Service", "demo", "kn");
  private static final Problem PROBLEM =
      new Problem.Transient(StandardReason.SECRET_MISSING, "No.");

  static Stream<Result> work() {
    return Stream.of(
        new Result.Created(false),
        new Result.Applied(),
        new Result.Refused(PROBLEM),
        new Result.Postponed());
  }

  static Stream<Result> noWork() {
    return Stream.of(
        new Result.Unchanged(),
        new Result.Corrected(List.of("/spec/selector")),
        new Result.Deleted());
  }

  @ParameterizedTest
  @MethodSource("work")
  void whatThePlanChangesOrCannotChangeYetIsChanged(Result result) {
    assertThat(outcome(result).changed(OBJECT)).isTrue();
    assertThat(outcome(result).changed()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("noWork")
  void whatWasAsPlannedOrOnlyDriftedIsNotChanged(Result result) {
    assertThat(outcome(result).changed(OBJECT)).isFalse();
    assertThat(outcome(result).changed()).isFalse();
  }

  @Test
  void anObjectThatIsNotPlannedIsNotChanged() {
    assertThat(Outcome.NONE.changed(OBJECT)).isFalse();
  }

  @Test
  void aRefusalIsAProblem() {
    assertThat(outcome(new Result.Refused(PROBLEM)).problems()).containsExactly(PROBLEM);
  }

  private static Outcome outcome(Result result) {
    Outcome.Builder outcome = new Outcome.Builder();
    outcome.put(OBJECT, result);
    return outcome.build();
  }
}
