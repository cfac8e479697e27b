package dev.knowledgenetwork.kernel;

import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Source of new ids (RFC 9562, UUIDv7). Each id of one source is greater than the one before, also
 * when the clock stands still or steps back: the 12 bits below the millisecond count on.
 *
 * <p>Thread-safe; costs one compare-and-set and 62 random bits.
 */
public final class ResourceIds {
  private static final int COUNTER_BITS = 12;
  private static final long VARIANT = 0x8000_0000_0000_0000L;
  private static final long VARIANT_MASK = 0x3fff_ffff_ffff_ffffL;

  private final InstantSource clock;
  private final RandomGenerator random;
  private final AtomicLong last = new AtomicLong();

  /**
   * Makes a source.
   *
   * @param clock gives the time in the id
   * @param random gives the rest; thread-safe
   */
  public ResourceIds(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** A new id. */
  public ResourceId next() {
    long now = clock.millis() << COUNTER_BITS;
    long stamp = last.updateAndGet(previous -> Math.max(previous + 1, now));
    long millis = stamp >>> COUNTER_BITS;
    long counter = stamp & (1 << COUNTER_BITS) - 1;
    long high = millis << 16 | 0x7000 | counter;
    long low = random.nextLong() & VARIANT_MASK | VARIANT;
    return new ResourceId(new UUID(high, low));
  }
}
