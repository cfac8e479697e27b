package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.Kind;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.kind.StandardConditions;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.observe.Observers;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a pass ends with: what people are told, the status, and when to look again. */
final class Conclusion<P extends CustomResource<?, S>, S extends Conditioned> {

  /** An object of someone else wakes nobody when it goes: how soon its name is looked at again. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

  /** What stands in the way is asked for only after a while, and nothing else may wake us then. */
  private static final Duration ASK_WHY = StandardConditions.PATIENCE.plusSeconds(1);

  private final Kind<P, S, ?> kind;
  private final Observers<P> observers;
  private final StatusBoard board;

  Conclusion(Kind<P, S, ?> kind, Observers<P> observers, StatusBoard board) {
    this.kind = kind;
    this.observers = observers;
    this.board = board;
  }

  /**
   * What came of a pass.
   *
   * @param outcome for metrics: changed, settled, waiting, paused
   * @param written the object with its status
   * @param next when to look again although nothing wakes us
   */
  record Result<P>(String outcome, P written, Optional<Duration> next) {}

  /**
   * Of that pass.
   *
   * @throws TryAgain where something passing stood in the way
   */
  Result<P> of(Owner owner, Pass<P> pass, Context<P> context) {
    P primary = pass.primary();
    S status = kind.status(pass);
    List<Problem> problems = pass.plan().problems();
    board.reporter().problems(owner, primary, primary.getStatus(), problems);
    board.reporter().corrected(primary, pass.observed().children(), pass.outcome());
    board.reporter().renewed(primary, pass.observed().children(), pass.outcome());
    P written = board.write(kind, owner, primary, status, context);
    boolean settled =
        pass.plan().isComplete()
            && !pass.round().isActive()
            && Conditions.holds(status.conditions(), ConditionType.READY);
    observers.settled(owner, settled);
    problems.stream()
        .filter(Problem.Transient.class::isInstance)
        .findFirst()
        .ifPresent(
            problem -> {
              throw new TryAgain(problem.reason().text());
            });
    Optional<Duration> next = pass.plan().nextCheck();
    if (!pass.outcome().problems().isEmpty()) {
      next = sooner(next, LOOK_AGAIN);
    }
    // Nobody wakes us to tell why something stays away.
    if (!settled || Conditions.holds(status.conditions(), ConditionType.DEGRADED)) {
      next = sooner(next, ASK_WHY);
    }
    String active = status.equals(primary.getStatus()) ? "waiting" : "changed";
    String outcome = settled && !active.equals("changed") ? "settled" : active;
    return new Result<>(pass.isPaused() ? "paused" : outcome, written, next);
  }

  private static Optional<Duration> sooner(Optional<Duration> one, Duration other) {
    return Optional.of(one.filter(due -> due.compareTo(other) < 0).orElse(other));
  }
}
