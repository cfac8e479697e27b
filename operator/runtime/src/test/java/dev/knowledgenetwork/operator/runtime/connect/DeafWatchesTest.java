package dev.knowledgenetwork.operator.runtime.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.runtime.kit.Logged;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeafWatchesTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final DeafWatches watches = new DeafWatches(DeafWatches.LIMIT, now::get);
  private final AtomicInteger closed = new AtomicInteger();
  private final DeafWatches.Connection watch = watches.connecting("/api/v1/pods");
  private final Logged log = new Logged(DeafWatches.class);

  @AfterEach
  void end() {
    log.close();
  }

  @Test
  void oneThatIsSilentForLongerThanTheLimitIsClosedOnce() {
    watch.opened(closed::incrementAndGet);
    later(DeafWatches.LIMIT);
    assertThat(closed).hasValue(0);
    later(Duration.ofSeconds(1));
    assertThat(closed).hasValue(1);
    later(DeafWatches.LIMIT.multipliedBy(2));
    assertThat(closed).as("it is about to be closed already").hasValue(1);
  }

  @Test
  void oneThatDoesNotAnswerWasDeafAndThatIsTold() {
    watch.opened(closed::incrementAndGet);
    later(DeafWatches.LIMIT.plusSeconds(1));
    later(Duration.ofSeconds(10));
    watch.ended();
    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains("/api/v1/pods was deaf", "nothing has come since 2026-01-01T00:00:00Z");
  }

  @Test
  void oneThatAnswersWasIdleAndNobodyHearsOfIt() {
    watch.opened(closed::incrementAndGet);
    later(DeafWatches.LIMIT.plusSeconds(1));
    watch.ended();
    later(Duration.ofHours(1));
    assertThat(closed).hasValue(1);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void aBookmarkAMinuteKeepsAnIdleOneOpenForEver() {
    watch.opened(closed::incrementAndGet);
    for (int minute = 0; minute < 600; minute++) {
      later(MINUTE);
      watch.heard();
    }
    assertThat(closed).hasValue(0);
  }

  @Test
  void onlyTheSilentOneIsClosed() {
    AtomicInteger other = new AtomicInteger();
    DeafWatches.Connection healthy = watches.connecting("/api/v1/secrets");
    watch.opened(closed::incrementAndGet);
    healthy.opened(other::incrementAndGet);
    for (int minute = 0; minute < 5; minute++) {
      healthy.heard();
      later(MINUTE);
    }
    assertThat(closed).hasValue(1);
    assertThat(other).hasValue(0);
  }

  @Test
  void oneThatCannotBeClosedDoesNotKeepTheOthers() {
    watches
        .connecting("/api/v1/secrets")
        .opened(
            () -> {
              throw new IllegalStateException("no");
            });
    watch.opened(closed::incrementAndGet);
    later(DeafWatches.LIMIT.plusSeconds(1));
    assertThat(closed).hasValue(1);
  }

  @Test
  void oneThatIsStillConnectingIsNotSilent() {
    later(Duration.ofHours(1));
    watch.opened(closed::incrementAndGet);
    later(MINUTE);
    assertThat(closed).as("its silence begins when it is open").hasValue(0);
  }

  @Test
  void oneThatEndedByItselfIsForgotten() {
    watch.opened(closed::incrementAndGet);
    later(MINUTE);
    watch.ended();
    later(Duration.ofHours(1));
    assertThat(closed).hasValue(0);
    assertThat(log.lines()).isEmpty();
  }

  private void later(Duration time) {
    now.updateAndGet(before -> before.plus(time));
    watches.closeSilent();
  }
}
