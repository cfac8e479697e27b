package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.StandardConditions;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Since when an object has not got on. Getting on is any change of its status but for messages,
 * which may flicker while a pod crashes again and again. What was seen is in memory only. After a
 * restart it is the newest time that the status tells of, so that an operator that is restarted
 * every few minutes says it too; and who was overdue stays so until it gets on.
 */
final class Deadlines {

  /** After a restart: progress leaves not always a time in the status. */
  private static final Duration GRACE = Duration.ofMinutes(2);

  private final Duration allowed;
  private final Map<Owner, Mark> marks = new ConcurrentHashMap<>();

  /**
   * Nothing is known of any object.
   *
   * @param allowed how long an object may stay as it is while something is to be done
   */
  Deadlines(Duration allowed) {
    this.allowed = allowed;
  }

  private record Mark(List<Object> state, Instant since) {}

  /**
   * Takes note of how the object is now.
   *
   * @param rest drops conditions and operations from a status
   * @return how long it may still stay like this; zero or less: it is overdue
   */
  <S extends Conditioned> Duration left(Owner owner, S status, UnaryOperator<S> rest, Instant now) {
    List<Object> state =
        List.of(
            status.conditions().stream().filter(Deadlines::counts).map(Deadlines::essence).toList(),
            status.operations().stream().map(Deadlines::essence).toList(),
            rest.apply(status));
    Mark mark =
        marks.compute(
            owner,
            (key, before) -> {
              if (!isBusy(status)) {
                // Whoever rests has no deadline: it begins with the work.
                return new Mark(state, now);
              }
              if (before == null) {
                return new Mark(state, recorded(status, now));
              }
              return before.state().equals(state) ? before : new Mark(state, now);
            });
    return Duration.between(now, mark.since().plus(allowed));
  }

  /** The object is gone. */
  void forget(Owner owner) {
    marks.remove(owner);
  }

  /** Since when it is like this, as far as its status tells. */
  private Instant recorded(Conditioned status, Instant now) {
    Instant longest = now.minus(allowed);
    if (StandardConditions.isOverdue(status.conditions())) {
      return longest;
    }
    return Stream.concat(
            Stream.concat(
                    status.conditions().stream().map(Condition::lastTransitionTime),
                    status.operations().stream().map(OperationState::since))
                .map(Instant::parse),
            Stream.of(longest.plus(GRACE)))
        .filter(time -> !time.isAfter(now))
        .max(Comparator.naturalOrder())
        .orElse(now);
  }

  private static boolean isBusy(Conditioned status) {
    return Conditions.holds(status.conditions(), ConditionType.RECONCILING)
        || StandardConditions.isOverdue(status.conditions());
  }

  /** What follows from being overdue is no progress, nor is what another operator offers. */
  private static boolean counts(Condition condition) {
    return !condition.type().equals(ConditionType.STALLED.text())
        && !condition.type().equals(ConditionType.RECONCILING.text())
        && !condition.type().equals(ConditionType.UPDATE_AVAILABLE.text());
  }

  private static Object essence(Condition condition) {
    return List.of(
        condition.type(), condition.status(), String.valueOf(condition.observedGeneration()));
  }

  private static Object essence(OperationState operation) {
    return List.of(
        operation.type(),
        operation.target(),
        operation.phase(),
        operation.step(),
        operation.since(),
        operation.data());
  }
}
