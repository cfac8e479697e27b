package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.WakeUps;
import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import java.time.Duration;
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
 * forgotten is not asked again; an answer older than two failures in a row is not shown.
 *
 * @param <T> what is asked
 * @param <V> the answer, compared by equals
 */
public final class Poller<T extends Target, V> {

  private static final Logger LOG = LoggerFactory.getLogger(Poller.class);
  private static final int SILENT_AFTER = 2;

  private final String name;
  private final Probe<T, V> probe;
  private final WakeUps wakeUps;
  private final OperatorMetrics metrics;
  private final PollTimes times;
  private final ScheduledExecutorService timer;
  private final ExecutorService workers;
  private final Map<Key, Watched> watched = new ConcurrentHashMap<>();

  /** Asks one target once. */
  @FunctionalInterface
  public interface Probe<T, V> {

    /** The answer; every wait inside is bounded. Any exception means: no answer. */
    V ask(T target) throws Exception;

    /** Nothing of this owner is asked any more: what is kept for it may go. */
    default void forget(Owner owner) {}
  }

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
      String name, Probe<T, V> probe, WakeUps wakeUps, OperatorMetrics metrics, Schedule schedule) {
    this.name = name;
    this.probe = probe;
    this.wakeUps = wakeUps;
    this.metrics = metrics;
    this.times = schedule.times();
    this.timer = schedule.threads().timer();
    this.workers = schedule.threads().workers();
  }

  /** When and on which threads a poller works. */
  public record Schedule(PollTimes times, Threads threads) {}

  private record Key(Owner owner, String part) {
    static Key of(Target target) {
      return new Key(target.owner(), target.part());
    }
  }

  /** Watches a target from now on, or takes note of how it is now described. */
  public void watch(T target) {
    watched.computeIfAbsent(Key.of(target), key -> new Watched(target)).describe(target);
  }

  /** The newest answer; empty before the first and while the target is silent. */
  public Optional<V> latest(T target) {
    Watched found = watched.get(Key.of(target));
    return found == null ? Optional.empty() : found.latest();
  }

  /** Whether some target of an owner has neither answered nor been found silent yet. */
  public boolean pending(Owner owner) {
    return watched.entrySet().stream()
        .anyMatch(entry -> entry.getKey().owner().equals(owner) && !entry.getValue().known());
  }

  /** Tells how busily to watch an owner's targets; one that ceases to be settled is asked now. */
  public void settled(Owner owner, boolean settled) {
    watched.forEach(
        (key, target) -> {
          if (key.owner().equals(owner)) {
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
          if (key.owner().equals(owner)) {
            target.schedule(Duration.ZERO);
          }
        });
  }

  /** Stops watching all parts of an owner but these. */
  public void keepOnly(Owner owner, Set<String> parts) {
    watched.forEach(
        (key, target) -> {
          if (key.owner().equals(owner) && !parts.contains(key.part())) {
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
    if (watched.keySet().stream().noneMatch(key -> key.owner().equals(owner))) {
      probe.forget(owner);
    }
  }

  private final class Watched {

    private final Owner owner;
    private volatile boolean settled;
    private T target;
    private @Nullable V answer;
    private boolean known;
    private int failures;
    private boolean asking;
    private boolean stopped;
    private @Nullable ScheduledFuture<?> next;

    Watched(T target) {
      this.owner = target.owner();
      this.target = target;
    }

    /** The first description starts the questions; a new one is asked at once. */
    synchronized void describe(T described) {
      if (next == null || !target.equals(described)) {
        target = described;
        schedule(Duration.ZERO);
      }
    }

    synchronized Optional<V> latest() {
      return Optional.ofNullable(answer);
    }

    synchronized boolean known() {
      return known;
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
      T current;
      synchronized (this) {
        current = target;
      }
      @Nullable V heard = null;
      try {
        heard = probe.ask(current);
      } catch (Exception e) {
        // Silence is an observation, not an error of ours; the text may name hosts and users.
        LOG.debug("{}: no answer for {}: {}", name, owner, e.getClass().getSimpleName());
        metrics.pollFailed(name);
      }
      if (take(heard)) {
        wakeUps.wake(owner);
      }
      if (stopped()) {
        // The question may have begun anew what was let go while it was under way.
        release(owner);
      }
      schedule(settled && heard != null ? times.settled() : times.busy());
    }

    /** Whether what is shown changed; the first verdict is a change, whatever it says. */
    private synchronized boolean take(@Nullable V heard) {
      asking = false;
      failures = heard == null ? failures + 1 : 0;
      if (heard == null && failures < SILENT_AFTER || stopped) {
        return false;
      }
      boolean changed = !known || (heard == null ? answer != null : !heard.equals(answer));
      known = true;
      answer = heard;
      return changed;
    }
  }
}
