package dev.knowledgenetwork.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.kernel.UnavailableException;
import java.time.Duration;
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
        answers.add(
            threads.submit(() -> flights.fly(KEY, flight -> load.get(), joined::countDown)));
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
                      flight -> {
                        running.countDown();
                        awaitQuietly(release);
                        return Optional.of("old");
                      },
                      () -> {}));
      running.await();
      flights.detach(KEY);

      assertThat(flights.fly(KEY, flight -> Optional.of("new"), () -> {})).contains("new");
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
                    flight -> {
                      throw failure;
                    },
                    () -> {}))
        .isSameAs(failure);

    assertThat(flights.fly(KEY, flight -> Optional.of("fine"), () -> {})).contains("fine");
  }

  @Test
  void whoWaitsTooLongIsToldToComeAgainAndNeverLoadsBesideTheRunningLoad() throws Exception {
    Flights impatient = new Flights(Duration.ofMillis(50));
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Supplier<Optional<Object>> load =
        () -> {
          running.countDown();
          awaitQuietly(release);
          return Optional.of("loaded " + loads.incrementAndGet());
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Optional<Object>> first =
          threads.submit(() -> impatient.fly(KEY, flight -> load.get(), () -> {}));
      running.await();

      assertThatThrownBy(() -> impatient.fly(KEY, flight -> load.get(), () -> {}))
          .isInstanceOfSatisfying(
              UnavailableException.class,
              e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(1)));
      release.countDown();
      assertThat(first.get()).contains("loaded 1");
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void aLoadThatAChangeOvertookIsNotStored() {
    flights.fly(
        KEY,
        flight -> {
          assertThat(flight.mayStore(1)).isTrue();
          flights.raise(KEY, 3);
          flights.raise(KEY, 2);
          assertThat(flight.mayStore(2)).isFalse();
          assertThat(flight.mayStore(3)).isTrue();
          flights.detach(KEY);
          flights.raise(KEY, 2);
          assertThat(flight.mayStore(9)).isFalse();
          return Optional.empty();
        },
        () -> {});
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
