package dev.knowledgenetwork.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The source as it was, version by version, and the oldest value that was read since. */
final class History {

  private static final class Key {
    // The time when each version was acknowledged, by version; 0 while it is not.
    private final List<Long> acknowledged = new ArrayList<>(List.of(1L));
  }

  private final List<Key> keys = new ArrayList<>();
  private final AtomicLong oldest = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong writes = new AtomicLong();
  private volatile String phase = "";

  History(int count) {
    for (int i = 0; i < count; i++) {
      keys.add(new Key());
    }
  }

  int keys() {
    return keys.size();
  }

  /** Counts anew. */
  void begin(String name) {
    phase = name;
    oldest.set(0);
    reads.set(0);
    writes.set(0);
  }

  long current(int key) {
    Key found = keys.get(key);
    synchronized (found) {
      return found.acknowledged.size() - 1;
    }
  }

  /** The next version; from now on the source has it. */
  long commit(int key) {
    Key found = keys.get(key);
    synchronized (found) {
      found.acknowledged.add(0L);
      return found.acknowledged.size() - 1;
    }
  }

  void acknowledged(int key, long version) {
    Key found = keys.get(key);
    synchronized (found) {
      found.acknowledged.set((int) version, System.nanoTime());
    }
    writes.incrementAndGet();
  }

  /** How long ago the writer of the next version had its answer when a read of this one began. */
  void read(int key, long version, long began) {
    Key found = keys.get(key);
    reads.incrementAndGet();
    synchronized (found) {
      for (int next = (int) version + 1; next < found.acknowledged.size(); next++) {
        long answered = found.acknowledged.get(next);
        if (answered != 0) {
          oldest.accumulateAndGet(began - answered, Math::max);
        }
      }
    }
  }

  Duration oldest() {
    return Duration.ofNanos(oldest.get());
  }

  String summary() {
    return "%s: %d reads, %d writes, oldest %d ms"
        .formatted(phase, reads.get(), writes.get(), oldest().toMillis());
  }
}
