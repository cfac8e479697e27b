package dev.knowledgenetwork.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class FlightsTest {

  private static final CacheKey KEY = new CacheKey("document", "t", "1");

  private final Flights flights = new Flights();
  private final AtomicInteger loads = new AtomicInteger();

  @Test
  void oneLoadServesAllWhoWait() throws Exception {
    CountDownLatch joined = new CountDownLatch(49);
    Supplier<Optional<Object>> load =
        () -> {
          awaitQuietly(joined);
          return Optional.of("loaded " + loads.incrementAndGet());
        };

    List<Future<Optional<Object>>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        answers.add(threads.submit(() -> flights.fly(KEY, load, joined::countDown)));
      }
    }

    for (Future<Optional<Object>> answer : answers) {
      assertThat(answer.get()).contains("loaded 1");
    }
  }

  @Test
  void whoComesAfterAChangeDoesNotJoinTheOldLoad() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Optional<Object>> old =
          threads.submit(
              () ->
                  flights.fly(
                      KEY,
                      () -> {
                        running.countDown();
                        awaitQuietly(release);
                        return Optional.of("old");
                      },
                      () -> {}));
      running.await();
      flights.detach(KEY);

      assertThat(flights.fly(KEY, () -> Optional.of("new"), () -> {})).contains("new");
      release.countDown();
      assertThat(old.get()).contains("old");
    }
  }

  @Test
  void aFailureComesOutUnchangedAndIsNotKept() {
    IllegalStateException failure = new IllegalStateException("no database");
    assertThatThrownBy(
            () ->
                flights.fly(
                    KEY,
                    () -> {
                      throw failure;
                    },
                    () -> {}))
        .isSameAs(failure);

    assertThat(flights.fly(KEY, () -> Optional.of("fine"), () -> {})).contains("fine");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
