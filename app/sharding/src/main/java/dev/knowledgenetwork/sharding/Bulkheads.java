package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.UnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps operations from piling up at a shard that is down or slow, so that it costs those of other
 * shards nothing. One that is known to be down lets nobody in until a probe has heard of it; at any
 * other only so many operations are under way at a time, those that wait for a connection or for
 * their next attempt included.
 */
final class Bulkheads {

  /** A connection that takes 5 ms for an operation serves a full bulkhead in a quarter second. */
  private static final int A_CONNECTION = 50;

  private static final Duration DOWN = Duration.ofSeconds(2);
  private static final Duration FULL = Duration.ofSeconds(1);

  private final ShardVitals vitals;
  private final int most;
  private final Map<String, AtomicInteger> inFlight = new ConcurrentHashMap<>();

  Bulkheads(ShardVitals vitals, PoolSettings pool) {
    this.vitals = vitals;
    this.most = A_CONNECTION * pool.maximum();
  }

  /** A place for one operation; at no shard yet. */
  Place place() {
    return new Place();
  }

  /** The place of one operation, at one shard at a time. For one thread. */
  final class Place implements AutoCloseable {
    private String at = "";

    private Place() {}

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
      close();
      AtomicInteger operations = inFlight.computeIfAbsent(shard, name -> new AtomicInteger());
      if (operations.incrementAndGet() > most) {
        operations.decrementAndGet();
        throw new UnavailableException(
            "shard %s has %d operations under way, as many as it may".formatted(shard, most), FULL);
      }
      at = shard;
    }

    @Override
    public void close() {
      if (!at.isEmpty()) {
        inFlight.get(at).decrementAndGet();
        at = "";
      }
    }
  }
}
