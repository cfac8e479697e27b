package dev.knowledgenetwork.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FreshnessTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final AtomicLong now = new AtomicLong(1_000 * SECOND);
  private final Freshness freshness = new Freshness(now::get);

  @Test
  void withoutALeaseOnlyWhatWasJustReadIsServed() {
    assertThat(freshness.serves(now.get() - SECOND)).isTrue();
    assertThat(freshness.serves(now.get() - 3 * SECOND)).isFalse();
    assertThat(freshness.takes(Duration.ofSeconds(1))).isTrue();
    assertThat(freshness.takes(Duration.ofSeconds(3))).isFalse();
  }

  @Test
  void aLeaseEndsByItself() {
    freshness.lease(now.get() + 10 * SECOND);
    assertThat(freshness.hasLease()).isTrue();
    assertThat(freshness.serves(now.get() - 100 * SECOND)).isTrue();

    now.addAndGet(10 * SECOND);
    assertThat(freshness.hasLease()).isFalse();
    assertThat(freshness.serves(now.get() - 100 * SECOND)).isFalse();
  }

  @Test
  void whatL2WasFilledWithBeforeItWasVoidedIsNotTaken() {
    freshness.lease(now.get() + 100 * SECOND);
    freshness.voidShared(Duration.ofSeconds(5));
    freshness.voidShared(Duration.ofSeconds(30));

    assertThat(freshness.takes(Duration.ofSeconds(4))).isTrue();
    assertThat(freshness.takes(Duration.ofSeconds(6))).isFalse();
  }
}
