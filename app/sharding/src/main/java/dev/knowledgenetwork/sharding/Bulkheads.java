package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.TenantBusyException;
import dev.knowledgenetwork.kernel.UnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps operations from piling up at a shard that is down or slow, so that it costs those of other
 * shards nothing. One that is known to be down lets nobody in until a probe has heard of it; at any
 * other only so many operations are under way at a time, those that wait for a connection or for
 * their next attempt included, and of those of one key only a part: a tenant that asks for more
 * than its shard can do leaves room for the others there.
 */
final class Bulkheads {

  /** A connection that takes 5 ms for an operation serves a full bulkhead in a quarter second. */
  private static final int A_CONNECTION = 50;

  /** So much of it one key may have. */
  private static final int PART_OF_A_KEY = 2;

  private static final Duration DOWN = Duration.ofSeconds(2);
  private static final Duration FULL = Duration.ofSeconds(1);

  private final ShardVitals vitals;
  private final int most;
  private final int mostOfKey;
  private final Map<String, AtomicInteger> inFlight = new ConcurrentHashMap<>();
  private final Map<String, Integer> ofKeys = new ConcurrentHashMap<>();

  Bulkheads(ShardVitals vitals, PoolSettings pool) {
    this.vitals = vitals;
    this.most = A_CONNECTION * pool.maximum();
    this.mostOfKey = most / PART_OF_A_KEY;
  }

  /**
   * A place for one operation; at no shard yet.
   *
   * @throws TenantBusyException at once, if the key has as many operations under way as it may
   */
  Place place(CharSequence key) {
    String owner = key.toString();
    int operations = ofKeys.merge(owner, 1, Integer::sum);
    if (operations > mostOfKey) {
      leave(owner);
      throw new TenantBusyException(
          "a tenant has %d operations under way, as many as it may".formatted(mostOfKey), FULL);
    }
    return new Place(owner);
  }

  private void leave(String key) {
    ofKeys.computeIfPresent(key, (of, count) -> count == 1 ? null : count - 1);
  }

  /** The place of one operation, at one shard at a time. For one thread. */
  final class Place implements AutoCloseable {
    private final String key;
    private String at = "";

    private Place(String key) {
      this.key = key;
    }

    /**
     * Moves to a shard, or stays there.
     *
     * @throws UnavailableException at once, if it is known to be down or full
     */
    void moveTo(String shard) {
      if (vitals.isDown(shard)) {
        throw new UnavailableException("shard " + shard + " is not available", DOWN);
      }
      if (shard.equals(at)) {
        return;
      }
      giveUp();
      AtomicInteger operations = inFlight.computeIfAbsent(shard, name -> new AtomicInteger());
      if (operations.incrementAndGet() > most) {
        operations.decrementAndGet();
        throw new UnavailableException(
            "shard %s has %d operations under way, as many as it may".formatted(shard, most), FULL);
      }
      at = shard;
    }

    /** Gives it back; to be called once. */
    @Override
    public void close() {
      giveUp();
      leave(key);
    }

    private void giveUp() {
      if (!at.isEmpty()) {
        inFlight.get(at).decrementAndGet();
        at = "";
      }
    }
  }
}
