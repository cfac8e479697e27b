package dev.knowledgenetwork.cache;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How far what was stored earlier is believed.
 *
 * <p>While every process that writes is heard of, and this one hears (the lease runs), values live
 * as long as their class says, for whatever changes is told. Without the lease a value is served
 * for {@link #UNCONFIRMED} after it was read from the source, in whichever tier it stands. What L2
 * was filled with before the horizon is void altogether.
 *
 * <p>Thread safe; a look costs a volatile read and a look at the clock.
 */
final class Freshness {

  /** How old a value may be while changes may go unheard. */
  static final Duration UNCONFIRMED = Duration.ofSeconds(2);

  // Before everything; compared by difference, as times of this clock must be.
  private static final Duration EVER = Duration.ofDays(3650);

  private final LongSupplier nanoTime;
  private volatile long leaseUntil;
  private volatile long horizon;

  Freshness(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    long now = nanoTime.getAsLong();
    this.leaseUntil = now;
    this.horizon = now - EVER.toNanos();
  }

  /**
   * Changes made before this time, less what it takes to hear of silence, would have been heard.
   */
  void lease(long until) {
    leaseUntil = until;
  }

  boolean hasLease() {
    return leaseUntil - nanoTime.getAsLong() > 0;
  }

  /** Whether a value that was read from the source at this time may be served. */
  boolean serves(long readAt) {
    long now = nanoTime.getAsLong();
    return leaseUntil - now > 0 || now - readAt <= UNCONFIRMED.toNanos();
  }

  /** Whether a value may be taken from L2 whose reading from the source is so long ago. */
  boolean takes(Duration age) {
    long readAt = nanoTime.getAsLong() - age.toNanos();
    return readAt - horizon > 0 && serves(readAt);
  }

  /** What L2 was filled with so long ago or earlier is void. */
  void voidShared(Duration age) {
    long next = nanoTime.getAsLong() - age.toNanos();
    if (next - horizon > 0) {
      horizon = next;
    }
  }
}
