package dev.knowledgenetwork.operator.runtime.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.plan.Action;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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

  @Test
  void questionsThatAreNeverAnsweredHoldUpNothingElse() throws InterruptedException {
    Semaphore answer = new Semaphore(0);
    for (int question = 0; question < 1000; question++) {
      threads.workers().execute(answer::acquireUninterruptibly);
    }
    CountDownLatch done = new CountDownLatch(1 + Action.Lane.values().length);
    threads.askingWhy().execute(done::countDown);
    threads.lanes().values().forEach(lane -> lane.execute(done::countDown));
    assertThat(done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    answer.release(1000);
  }

  @Test
  void actionsOfOneLaneThatDoNotEndHoldUpNoneOfAnother() throws InterruptedException {
    Semaphore end = new Semaphore(0);
    for (int action = 0; action < 1000; action++) {
      threads.lanes().get(Action.Lane.NORMAL).execute(end::acquireUninterruptibly);
    }
    CountDownLatch done = new CountDownLatch(1);
    threads.lanes().get(Action.Lane.URGENT).execute(done::countDown);
    assertThat(done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    end.release(1000);
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
