package dev.knowledgenetwork.cache;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The keys of which nobody knows whether they were changed: nothing is stored of them for {@link
 * KeyChange#QUARANTINE}. Kept apart from the entries, which may be evicted. With more keys than
 * {@value #MOST} nothing at all is stored for that time. Thread safe.
 */
final class Quarantine {

  static final int MOST = 10_000;

  private final Map<CacheKey, Long> since = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;
  private volatile long allSince;

  Quarantine(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.allSince = nanoTime.getAsLong() - KeyChange.QUARANTINE.toNanos();
  }

  void begin(CacheKey key) {
    long now = nanoTime.getAsLong();
    if (since.size() >= MOST) {
      since.values().removeIf(began -> !lasts(began, now, KeyChange.QUARANTINE));
    }
    if (since.size() >= MOST) {
      allSince = now;
    } else {
      since.put(key, now);
    }
  }

  boolean covers(CacheKey key) {
    return lasts(allSince, nanoTime.getAsLong(), KeyChange.QUARANTINE)
        || beganWithin(key, KeyChange.QUARANTINE);
  }

  boolean beganWithin(CacheKey key, Duration time) {
    Long began = since.get(key);
    return began != null && lasts(began, nanoTime.getAsLong(), time);
  }

  private static boolean lasts(long began, long now, Duration time) {
    return now - began < time.toNanos();
  }
}
