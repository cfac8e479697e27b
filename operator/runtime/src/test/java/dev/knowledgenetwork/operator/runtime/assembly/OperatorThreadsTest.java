package dev.knowledgenetwork.operator.runtime.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.plan.Action;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperatorThreadsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final OperatorThreads threads = new OperatorThreads();
  private final CountDownLatch begun = new CountDownLatch(1);

  @AfterEach
  void close() {
    threads.close();
  }

  @Test
  void actionsThatCanBeInterruptedEnd() throws InterruptedException {
    run(
        () -> {
          try {
            new Semaphore(0).acquire();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    assertThat(threads.endActions(PATIENCE)).isTrue();
  }

  /** As one that waits for a database does not. */
  @Test
  void oneThatGoesOnIsTold() throws InterruptedException {
    Semaphore answer = new Semaphore(0);
    run(answer::acquireUninterruptibly);
    assertThat(threads.endActions(Duration.ofMillis(50))).isFalse();
    answer.release();
    assertThat(threads.endActions(PATIENCE)).isTrue();
  }

  private void run(Runnable action) throws InterruptedException {
    threads
        .lanes()
        .get(Action.Lane.NORMAL)
        .execute(
            () -> {
              begun.countDown();
              action.run();
            });
    begun.await();
  }
}
