package dev.knowledgenetwork.operator.runtime.assembly;

import dev.knowledgenetwork.operator.core.plan.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads beside those of the framework: one that keeps time and never waits for anything, and a
 * bounded number that ask databases; those that do actions, a bounded number a lane.
 */
final class OperatorThreads implements AutoCloseable {

  private static final int WORKERS = 32;
  private static final int A_LANE = 16;
  private static final Duration ACTIONS_END = Duration.ofSeconds(5);

  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService workers;
  private final Map<Action.Lane, ExecutorService> lanes = new EnumMap<>(Action.Lane.class);

  OperatorThreads() {
    timer =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("timer").factory());
    timer.setRemoveOnCancelPolicy(true);
    workers =
        Executors.newFixedThreadPool(WORKERS, Thread.ofVirtual().name("worker-", 0).factory());
    for (Action.Lane lane : Action.Lane.values()) {
      String name = lane.name().toLowerCase(Locale.ROOT) + "-";
      lanes.put(
          lane, Executors.newFixedThreadPool(A_LANE, Thread.ofVirtual().name(name, 0).factory()));
    }
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  ExecutorService workers() {
    return workers;
  }

  Map<Action.Lane, ExecutorService> lanes() {
    return lanes;
  }

  /** Ends the actions, and waits for them as long as an orderly stop may take. */
  void endActions() {
    lanes.values().forEach(ExecutorService::shutdownNow);
    Instant until = Instant.now().plus(ACTIONS_END);
    for (ExecutorService lane : lanes.values()) {
      try {
        long left = Duration.between(Instant.now(), until).toMillis();
        if (!lane.awaitTermination(Math.max(0, left), TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    workers.shutdownNow();
    lanes.values().forEach(ExecutorService::shutdownNow);
  }
}
