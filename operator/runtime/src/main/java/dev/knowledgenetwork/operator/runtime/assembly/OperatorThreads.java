package dev.knowledgenetwork.operator.runtime.assembly;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Threads beside those of the framework: one that keeps time and never waits for anything, and a
 * bounded number that ask databases and do actions.
 */
final class OperatorThreads implements AutoCloseable {

  private static final int WORKERS = 32;

  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService workers;

  OperatorThreads() {
    timer =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("timer").factory());
    timer.setRemoveOnCancelPolicy(true);
    workers =
        Executors.newFixedThreadPool(WORKERS, Thread.ofVirtual().name("worker-", 0).factory());
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  ExecutorService workers() {
    return workers;
  }

  @Override
  public void close() {
    timer.shutdownNow();
    workers.shutdownNow();
  }
}
