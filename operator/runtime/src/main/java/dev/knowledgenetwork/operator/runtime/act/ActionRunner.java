package dev.knowledgenetwork.operator.runtime.act;

import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs actions off the reconcile threads. Invariants: at most one action runs for a target; one
 * that failed waits longer each time, up to a minute; one that succeeded is not repeated before its
 * result can have been observed. Plans name the same action again until its effect is seen, so
 * nothing is queued and nothing is lost by a restart.
 */
public final class ActionRunner {

  private static final Logger LOG = LoggerFactory.getLogger(ActionRunner.class);
  private static final Duration OBSERVED_WITHIN = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private final ActionHandlers actions;
  private final OperatorMetrics metrics;
  private final InstantSource clock;
  private final ScheduledExecutorService timer;
  private final Map<Action.Lane, ExecutorService> lanes;
  private final Consumer<Owner> lookAgain;
  private final Map<Target, Progress> byTarget = new HashMap<>();

  /**
   * Runs nothing yet.
   *
   * @param lookAgain called when an action ended or may be tried again
   */
  public ActionRunner(
      ActionHandlers actions,
      OperatorMetrics metrics,
      InstantSource clock,
      Workers workers,
      Consumer<Owner> lookAgain) {
    this.actions = actions;
    this.metrics = metrics;
    this.clock = clock;
    this.timer = workers.timer();
    this.lanes = workers.lanes();
    this.lookAgain = lookAgain;
  }

  /** Threads to work on: one that keeps time, and some for each lane. */
  public record Workers(ScheduledExecutorService timer, Map<Action.Lane, ExecutorService> lanes) {}

  private record Progress(
      Owner owner,
      Action action,
      boolean running,
      int failures,
      Instant notBefore,
      @Nullable Problem problem) {

    /** What succeeded is not repeated before its result can have been observed. */
    boolean bars(Action next, Instant now) {
      return running || now.isBefore(notBefore) && (problem != null || action.equals(next));
    }
  }

  /** Starts those that may run now; forgets what is known of actions that are no longer wanted. */
  public void start(Owner owner, List<Action> wanted) {
    Set<Target> targets = wanted.stream().map(Action::target).collect(Collectors.toSet());
    synchronized (byTarget) {
      byTarget
          .entrySet()
          .removeIf(
              entry ->
                  entry.getValue().owner().equals(owner)
                      && !entry.getValue().running()
                      && !targets.contains(entry.getKey()));
      wanted.forEach(action -> startOne(owner, action));
    }
  }

  /** What the last attempts met, as far as the plan still wants them. */
  public List<Problem> problems(Owner owner) {
    synchronized (byTarget) {
      return byTarget.entrySet().stream()
          .filter(entry -> entry.getValue().owner().equals(owner))
          .sorted(Comparator.comparing(entry -> entry.getKey().toString()))
          .map(entry -> entry.getValue().problem())
          .filter(problem -> problem != null)
          .toList();
    }
  }

  /** The owner is gone. What runs ends by itself. */
  public void forget(Owner owner) {
    start(owner, List.of());
  }

  private void startOne(Owner owner, Action action) {
    Progress now = byTarget.get(action.target());
    if (now != null && now.bars(action, clock.instant())) {
      return;
    }
    int failures = now == null ? 0 : now.failures();
    byTarget.put(
        action.target(),
        new Progress(
            owner, action, true, failures, Instant.MIN, now == null ? null : now.problem()));
    try {
      lanes.get(action.lane()).execute(() -> run(owner, action, failures));
    } catch (RejectedExecutionException e) {
      byTarget.remove(action.target());
    }
  }

  private void run(Owner owner, Action action, int failures) {
    Instant begin = clock.instant();
    @Nullable Problem problem = null;
    try {
      actions.run(action);
    } catch (ActionFailed e) {
      problem = e.problem();
      if (failures == 0) {
        LOG.warn("{}: {}", action.target(), e.getMessage());
      }
      LOG.debug("{} failed", action, e.getCause());
    } catch (RuntimeException e) {
      LOG.error("{}: {} failed", action.target(), action.getClass().getSimpleName(), e);
      problem =
          new Problem.Failed(
              ActionReason.ACTION_FAILED,
              "Work on " + action.target() + " failed; it is tried again.");
    }
    metrics.action(
        action.getClass().getSimpleName(),
        problem == null,
        Duration.between(begin, clock.instant()));
    Duration pause = problem == null ? OBSERVED_WITHIN : backOff(failures + 1);
    synchronized (byTarget) {
      byTarget.put(
          action.target(),
          new Progress(
              owner,
              action,
              false,
              problem == null ? 0 : failures + 1,
              clock.instant().plus(pause),
              problem));
    }
    lookAgain.accept(owner);
    try {
      timer.schedule(() -> lookAgain.accept(owner), pause.toMillis() + 50, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("not looked at again: the operator is stopping");
    }
  }

  private static Duration backOff(int failures) {
    Duration wait = Duration.ofSeconds(1L << Math.min(failures, 6));
    return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }
}
