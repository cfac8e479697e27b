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
 * Threads beside those of the framework: one that keeps time and never waits for anything; a
 * bounded number that ask databases and caches, and a few that ask the API server what is in the
 * way, so that one kind of question never waits for the other; those that do actions, a bounded
 * number a lane.
 */
final class OperatorThreads implements AutoCloseable {

  private static final int WORKERS = 32;
  private static final int ASKING_WHY = 8;
  private static final int A_LANE = 16;

  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService workers;
  private final ExecutorService askingWhy;
  private final Map<Action.Lane, ExecutorService> lanes = new EnumMap<>(Action.Lane.class);

  OperatorThreads() {
    timer =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("timer").factory());
    timer.setRemoveOnCancelPolicy(true);
    workers =
        Executors.newFixedThreadPool(WORKERS, Thread.ofVirtual().name("worker-", 0).factory());
    askingWhy =
        Executors.newFixedThreadPool(ASKING_WHY, Thread.ofVirtual().name("why-", 0).factory());
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

  /** For lists of Events and for logs. */
  ExecutorService askingWhy() {
    return askingWhy;
  }

  Map<Action.Lane, ExecutorService> lanes() {
    return lanes;
  }

  /**
   * Ends the actions, and waits for them.
   *
   * @return whether all have ended: one that waits for a database is not interrupted
   */
  boolean endActions(Duration patience) {
    lanes.values().forEach(ExecutorService::shutdownNow);
    Instant until = Instant.now().plus(patience);
    try {
      for (ExecutorService lane : lanes.values()) {
        long left = Duration.between(Instant.now(), until).toMillis();
        if (!lane.awaitTermination(Math.max(0, left), TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    workers.shutdownNow();
    askingWhy.shutdownNow();
    lanes.values().forEach(ExecutorService::shutdownNow);
  }
}
