package dev.knowledgenetwork.cache;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps calls away from a dead L2: after {@value #THRESHOLD} failures in a row it opens, lets one
 * call try again after a pause that doubles up to {@link #LONGEST}, and closes on the first
 * success. Every {@link #tryAcquire} that answers true must be followed by {@link #succeeded} or
 * {@link #failed}. Guarded by itself.
 */
final class CircuitBreaker {

  static final int THRESHOLD = 3;
  static final Duration SHORTEST = Duration.ofMillis(500);
  static final Duration LONGEST = Duration.ofSeconds(5);

  private final LongSupplier nanoTime;
  private int failures;
  private boolean open;
  private boolean probing;
  private long retryAt;
  private long pause = SHORTEST.toNanos();

  CircuitBreaker(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  synchronized boolean tryAcquire() {
    if (!open) {
      return true;
    }
    if (probing || nanoTime.getAsLong() - retryAt < 0) {
      return false;
    }
    probing = true;
    return true;
  }

  synchronized void succeeded() {
    failures = 0;
    open = false;
    probing = false;
    pause = SHORTEST.toNanos();
  }

  synchronized void failed() {
    boolean again = probing;
    probing = false;
    if (++failures < THRESHOLD && !open) {
      return;
    }
    if (again) {
      pause = Math.min(pause * 2, LONGEST.toNanos());
    }
    if (again || !open) {
      retryAt = nanoTime.getAsLong() + pause;
    }
    open = true;
  }

  synchronized boolean isOpen() {
    return open;
  }
}
