package dev.knowledgenetwork.sharding;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A thread that repeats a step until it is closed. A step that fails is logged once until it
 * succeeds again, and repeated after the pause.
 */
final class Background implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Background.class.getName());
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  /** What is repeated. May block; is interrupted when the thread is closed. */
  @FunctionalInterface
  interface Step {
    void run() throws Exception;
  }

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Duration pause;
  private final Step step;
  private final Thread thread;

  private Background(String name, Duration pause, Step step) {
    this.pause = pause;
    this.step = step;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::loop);
  }

  /** Starts the thread. */
  static Background start(String name, Duration pause, Step step) {
    Background background = new Background(name, pause, step);
    background.thread.start();
    return background;
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
    try {
      if (!thread.join(FAREWELL)) {
        LOG.log(System.Logger.Level.WARNING, "{0} does not stop", thread.getName());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void loop() {
    boolean failing = false;
    try {
      do {
        try {
          step.run();
          failing = false;
        } catch (InterruptedException e) {
          throw e;
        } catch (Exception e) {
          if (closed.getCount() > 0) {
            LOG.log(
                failing ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                "{0} will try again: {1}",
                thread.getName(),
                Failures.describe(e));
          }
          failing = true;
        }
      } while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      LOG.log(System.Logger.Level.DEBUG, "{0} was interrupted", thread.getName());
    }
  }
}
