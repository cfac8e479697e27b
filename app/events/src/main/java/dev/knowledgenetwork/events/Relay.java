package dev.knowledgenetwork.events;

import dev.knowledgenetwork.sharding.Shards;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives subscriptions their events. Of all processes one reads a shard for a subscription at a
 * time: who has the lock of its cursor. A transaction takes the lock, reads a batch, lets the
 * subscription handle it, notes it in the inbox, moves the cursor and commits, so a process that
 * dies at any moment has done all of that or nothing. An idle shard costs a read each time.
 * Metrics: {@code kn.events.handled} (from change to commit, by subscription), {@code
 * kn.events.failures}.
 *
 * <p>The inbox moves with its bucket between shards. When a bucket has been opened here, the events
 * that came with it are given to the subscription, but for those that it handled where they came
 * from, and before any newer ones.
 */
public final class Relay implements AutoCloseable {

  /** Most events of a transaction. */
  static final int BATCH = 100;

  private final List<ShardPolls> polls;

  /** Begins to give events to these subscriptions. */
  public Relay(Shards shards, List<Subscription> subscriptions, MeterRegistry meters) {
    this.polls =
        subscriptions.stream()
            .map(
                subscription ->
                    ShardPolls.start(
                        "events-" + subscription.name(),
                        shards,
                        new Delivery(shards, subscription, meters),
                        meters))
            .toList();
  }

  private static final class Delivery implements ShardPolls.Poll {
    private final Shards shards;
    private final Subscription subscription;
    private final Timer delay;

    /** Where an event was refused, those before it are delivered without it. */
    private final Map<String, Integer> beforeRefused = new ConcurrentHashMap<>();

    Delivery(Shards shards, Subscription subscription, MeterRegistry meters) {
      this.shards = shards;
      this.subscription = subscription;
      this.delay = meters.timer("kn.events.handled", "subscription", subscription.name());
    }

    @Override
    public ShardPolls.Found look(String shard) throws SQLException {
      return shards.on(shard, connection -> look(shard, connection));
    }

    private ShardPolls.Found look(String shard, Connection connection) throws SQLException {
      SubscriptionCursor cursor = new SubscriptionCursor(connection, subscription.name());
      if (!cursor.isBehind()) {
        return ShardPolls.Found.NOTHING;
      }
      connection.setAutoCommit(false);
      if (!cursor.lock()) {
        return ShardPolls.Found.NOTHING;
      }
      int limit = beforeRefused.getOrDefault(shard, BATCH);
      List<Entry> batch = cursor.next(limit);
      handle(shard, connection, batch, cursor.note(batch));
      cursor.save();
      connection.commit();
      batch.forEach(entry -> delay.record(Duration.between(entry.event().time(), Instant.now())));
      beforeRefused.remove(shard);
      return batch.size() < limit ? ShardPolls.Found.SOME : ShardPolls.Found.MORE;
    }

    private void handle(String shard, Connection connection, List<Entry> batch, Set<UUID> unhandled)
        throws SQLException {
      int handled = 0;
      try {
        for (Entry entry : batch) {
          if (unhandled.contains(entry.event().id())) {
            subscription.handle(connection, entry.event());
          }
          handled++;
        }
      } catch (SQLException | RuntimeException e) {
        beforeRefused.put(shard, Math.max(1, handled));
        throw e;
      }
    }
  }

  /** Ends; what is being handled is undone and handled later by another process. */
  @Override
  public void close() {
    polls.forEach(ShardPolls::close);
  }
}
