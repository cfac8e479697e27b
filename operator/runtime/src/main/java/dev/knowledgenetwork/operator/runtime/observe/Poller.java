package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.operator.core.kind.Facts.Observation;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.WakeUps;
import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks targets again and again, off the reconcile threads, and wakes an owner only when an answer
 * changed. Targets are made known by reconciliations, which run at the leader only: so only the
 * leader polls. Invariants: at most one question to a target is under way; a target that was
 * forgotten is not asked again; an answer older than two failures in a row is not shown. A target
 * that stays silent is asked less and less often, up to every 30 seconds, so that many of them do
 * not keep the others waiting; it is asked soon again when a reconciliation looks at its owner, as
 * it does when anything changes there.
 *
 * @param <D> what has to be known of a target to ask it
 * @param <V> the answer, compared by equals
 */
public final class Poller<D, V> {

  private static final Logger LOG = LoggerFactory.getLogger(Poller.class);
  private static final int SILENT_AFTER = 2;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final String name;
  private final Observer<?, D, V> observer;
  private final WakeUps wakeUps;
  private final OperatorMetrics metrics;
  private final InstantSource clock;
  private final PollTimes times;
  private final ScheduledExecutorService timer;
  private final ExecutorService workers;
  private final Map<Target, Watched> watched = new ConcurrentHashMap<>();

  /** How often to ask: quickly while something is going on, slowly at rest. */
  public record PollTimes(Duration busy, Duration settled) {

    /** Three and ten seconds. */
    public static PollTimes standard() {
      return new PollTimes(Duration.ofSeconds(3), Duration.ofSeconds(10));
    }
  }

  /** Threads that all pollers share: one that keeps time, some that ask. */
  public record Threads(ScheduledExecutorService timer, ExecutorService workers) {}

  /** A poller that watches nothing yet. */
  public Poller(
      Observer<?, D, V> observer,
      WakeUps wakeUps,
      OperatorMetrics metrics,
      InstantSource clock,
      Schedule schedule) {
    this.name = observer.fact().name();
    this.observer = observer;
    this.clock = clock;
    this.wakeUps = wakeUps;
    this.metrics = metrics;
    this.times = schedule.times();
    this.timer = schedule.threads().timer();
    this.workers = schedule.threads().workers();
  }

  /** When and on which threads a poller works. */
  public record Schedule(PollTimes times, Threads threads) {}

  /** Watches a target from now on, or takes note of how it is now described. */
  public void watch(Target target, D detail) {
    watched.computeIfAbsent(target, key -> new Watched(key, detail)).describe(detail);
  }

  /** The newest answer; without a value before the first and while the target is silent. */
  public Observation<V> latest(Target target) {
    Watched found = watched.get(target);
    return found == null
        ? new Observation<>(Optional.empty(), clock.instant(), true)
        : found.latest();
  }

  /** Tells how busily to watch an owner's targets; one that ceases to be settled is asked now. */
  public void settled(Owner owner, boolean settled) {
    watched.forEach(
        (key, target) -> {
          if (owner.has(key)) {
            boolean disturbed = target.settled && !settled;
            target.settled = settled;
            if (disturbed) {
              target.schedule(Duration.ZERO);
            }
          }
        });
  }

  /** Asks an owner's targets at once, as after an action. */
  public void hurry(Owner owner) {
    watched.forEach(
        (key, target) -> {
          if (owner.has(key)) {
            target.schedule(Duration.ZERO);
          }
        });
  }

  /** Stops watching all targets of an owner but these. */
  public void keepOnly(Owner owner, Set<Target> targets) {
    watched.forEach(
        (key, target) -> {
          if (owner.has(key) && !targets.contains(key)) {
            watched.remove(key, target);
            target.stop();
          }
        });
    release(owner);
  }

  /** Stops watching an owner. */
  public void forget(Owner owner) {
    keepOnly(owner, Set.of());
  }

  private void release(Owner owner) {
    if (watched.keySet().stream().noneMatch(owner::has)) {
      observer.forget(owner);
    }
  }

  private final class Watched {

    private final Target target;
    private final Owner owner;
    private volatile boolean settled;
    private D detail;
    private Instant since;
    private @Nullable V answer;
    private boolean known;
    private int failures;
    private boolean asking;
    private boolean again;
    private boolean stopped;
    private @Nullable ScheduledFuture<?> next;

    Watched(Target target, D detail) {
      this.target = target;
      this.owner = Owner.of(target);
      this.detail = detail;
      this.since = clock.instant();
    }

    /** The first description starts the questions; a new one is asked at once. */
    synchronized void describe(D described) {
      if (next == null || !detail.equals(described)) {
        if (observer.isAnother(detail, described)) {
          answer = null;
          failures = 0;
          since = clock.instant();
        }
        detail = described;
        schedule(Duration.ZERO);
      } else if (failures > SILENT_AFTER
          && next.getDelay(TimeUnit.MILLISECONDS) > times.busy().toMillis()) {
        schedule(times.busy());
      }
    }

    synchronized Observation<V> latest() {
      return new Observation<>(Optional.ofNullable(answer), since, !known);
    }

    private synchronized boolean stopped() {
      return stopped;
    }

    synchronized void stop() {
      stopped = true;
      if (next != null) {
        next.cancel(false);
      }
    }

    synchronized void schedule(Duration after) {
      if (stopped) {
        return;
      }
      if (next != null) {
        next.cancel(false);
      }
      try {
        next = timer.schedule(this::start, after.toMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        stopped = true;
      }
    }

    private void start() {
      synchronized (this) {
        again = asking;
        if (asking || stopped) {
          return;
        }
        asking = true;
      }
      try {
        workers.execute(this::ask);
      } catch (RejectedExecutionException e) {
        stop();
      }
    }

    private void ask() {
      D current;
      synchronized (this) {
        current = detail;
      }
      @Nullable V heard = null;
      try {
        heard = observer.ask(target, current);
      } catch (Exception e) {
        // Silence is an observation, not an error of ours; the text may name hosts and users.
        LOG.debug("{}: no answer of {}: {}", name, target, e.getClass().getSimpleName());
        metrics.pollFailed(name);
      }
      if (take(heard, current)) {
        wakeUps.wake(owner);
      }
      if (stopped()) {
        // The question may have begun anew what was let go while it was under way.
        release(owner);
      }
      schedule(next(heard != null));
    }

    /** Whoever wanted to know meanwhile may have wanted a newer answer than this one. */
    private synchronized Duration next(boolean answered) {
      if (again) {
        again = false;
        return Duration.ZERO;
      }
      return answered
          ? observer.pace().orElse(settled ? times.settled() : times.busy())
          : pauseInSilence();
    }

    private Duration pauseInSilence() {
      Duration pause = times.busy();
      for (int i = SILENT_AFTER; i < failures && pause.compareTo(LONGEST_PAUSE) < 0; i++) {
        pause = pause.multipliedBy(2);
      }
      return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    /** Whether what is shown changed; the first verdict is a change, whatever it says. */
    private synchronized boolean take(@Nullable V heard, D asked) {
      asking = false;
      if (!asked.equals(detail)) {
        // It began before the target was as it is now, and says nothing of that.
        again = true;
        return false;
      }
      failures = heard == null ? failures + 1 : 0;
      if (heard == null && failures < SILENT_AFTER || stopped) {
        return false;
      }
      boolean changed = !known || (heard == null ? answer != null : !heard.equals(answer));
      if (changed) {
        since = clock.instant();
      }
      known = true;
      answer = heard;
      return changed;
    }
  }
}
