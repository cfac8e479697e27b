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
 * result can have been observed; of one that is no longer wanted nothing is remembered once it has
 * ended. Plans name the same action again until its effect is seen, so nothing is queued and
 * nothing is lost by a restart.
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

  private enum Phase {
    RUNNING,
    /** Runs, and nobody wants to know how it ends. */
    ABANDONED,
    ENDED
  }

  private record Progress(
      Owner owner,
      Action action,
      Phase phase,
      int failures,
      Instant notBefore,
      @Nullable Problem problem) {

    static Progress running(Owner owner, Action action, @Nullable Progress before) {
      return before == null
          ? new Progress(owner, action, Phase.RUNNING, 0, Instant.MIN, null)
          : new Progress(
              owner, action, Phase.RUNNING, before.failures(), Instant.MIN, before.problem());
    }

    /** What succeeded is not repeated before its result can have been observed. */
    boolean bars(Action next, Instant now) {
      return phase != Phase.ENDED
          || now.isBefore(notBefore) && (problem != null || action.equals(next));
    }

    /** Empty once it has ended. */
    @Nullable Progress abandoned() {
      return phase == Phase.ENDED
          ? null
          : new Progress(owner, action, Phase.ABANDONED, 0, Instant.MIN, null);
    }

    /** Empty where nobody wants to know. */
    @Nullable Progress ended(@Nullable Problem met, Instant next) {
      return phase == Phase.ABANDONED
          ? null
          : new Progress(owner, action, Phase.ENDED, met == null ? 0 : failures + 1, next, met);
    }
  }

  /** Starts those that may run now; forgets what is known of actions that are no longer wanted. */
  public void start(Owner owner, List<Action> wanted) {
    Set<Target> targets = wanted.stream().map(Action::target).collect(Collectors.toSet());
    synchronized (byTarget) {
      List.copyOf(byTarget.keySet()).stream()
          .filter(target -> byTarget.get(target).owner().equals(owner))
          .filter(target -> !targets.contains(target))
          .forEach(target -> byTarget.compute(target, (same, progress) -> progress.abandoned()));
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
    Progress progress = Progress.running(owner, action, now);
    byTarget.put(action.target(), progress);
    try {
      lanes.get(action.lane()).execute(() -> run(owner, action, progress.failures()));
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
    @Nullable Problem met = problem;
    synchronized (byTarget) {
      byTarget.computeIfPresent(
          action.target(), (target, progress) -> progress.ended(met, clock.instant().plus(pause)));
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
