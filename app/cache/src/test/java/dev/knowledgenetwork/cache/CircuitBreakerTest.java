package dev.knowledgenetwork.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {

  private final AtomicLong now = new AtomicLong(42);
  private final CircuitBreaker breaker = new CircuitBreaker(now::get);

  @Test
  void opensAfterFailuresInARowOnly() {
    breaker.failed();
    breaker.failed();
    breaker.succeeded();
    breaker.failed();
    breaker.failed();
    assertThat(breaker.isOpen()).isFalse();

    breaker.failed();

    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.tryAcquire()).isFalse();
  }

  @Test
  void letsOneCallTryAfterThePause() {
    open();
    pass(CircuitBreaker.SHORTEST);

    assertThat(breaker.tryAcquire()).isTrue();
    assertThat(breaker.tryAcquire()).isFalse();

    breaker.succeeded();
    assertThat(breaker.isOpen()).isFalse();
    assertThat(breaker.tryAcquire()).isTrue();
  }

  @Test
  void pausesLongerEachTimeUpToALimit() {
    open();
    for (int i = 0; i < 10; i++) {
      pass(CircuitBreaker.LONGEST);
      assertThat(breaker.tryAcquire()).isTrue();
      breaker.failed();
      pass(CircuitBreaker.SHORTEST);
      assertThat(breaker.tryAcquire()).isFalse();
    }
    pass(CircuitBreaker.LONGEST);
    assertThat(breaker.tryAcquire()).isTrue();
  }

  @Test
  void lateFailuresOfOldCallsDoNotPutOffTheNextTry() {
    open();
    pass(CircuitBreaker.SHORTEST);
    breaker.failed();

    assertThat(breaker.tryAcquire()).isTrue();
  }

  private void open() {
    for (int i = 0; i < CircuitBreaker.THRESHOLD; i++) {
      breaker.failed();
    }
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
