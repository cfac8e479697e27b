package dev.knowledgenetwork.events;

import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.topology.TopologyDocument;
import dev.knowledgenetwork.topology.TopologyDocument.Shard;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks at every shard of the topology again and again, each on a thread of its own: at once where
 * there is more, else after a pause that grows from {@link #SHORTEST} to {@link #LONGEST}. A look
 * costs an idle shard a fraction of a millisecond. Metric: {@code kn.events.failures} (looks that
 * failed, by reader and shard).
 */
final class ShardPolls implements AutoCloseable {

  /** Pause after a look that found something. */
  static final Duration SHORTEST = Duration.ofMillis(20);

  /** Pause where nothing happens: how late the first event after a silence may be. */
  static final Duration LONGEST = Duration.ofMillis(250);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration TOPOLOGY_CHECK = Duration.ofMillis(250);
  private static final Duration STOP = Duration.ofSeconds(2);
  private static final System.Logger LOG = System.getLogger(ShardPolls.class.getName());

  /** What is done on each shard. Thread-safe; may block, and is interrupted when polling ends. */
  interface Poll {

    /** Looks once. */
    Found look(String shard) throws SQLException;

    /** The process uses another topology. */
    default void topologyChanged() {}
  }

  /** What a look found. */
  enum Found {
    /** More than fitted: look again at once. */
    MORE,
    /** All there was. */
    SOME,
    /** Nothing. */
    NOTHING
  }

  private final String name;
  private final Shards shards;
  private final Poll poll;
  private final MeterRegistry meters;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, Thread> threads = new ConcurrentHashMap<>();
  private final Thread supervisor;

  private ShardPolls(String name, Shards shards, Poll poll, MeterRegistry meters) {
    this.name = name;
    this.shards = shards;
    this.poll = poll;
    this.meters = meters;
    this.supervisor = Thread.ofVirtual().name(name).unstarted(this::supervise);
  }

  /** Begins; shards that the topology gains or loses later are followed or left. */
  static ShardPolls start(String name, Shards shards, Poll poll, MeterRegistry meters) {
    ShardPolls polls = new ShardPolls(name, shards, poll, meters);
    polls.supervisor.start();
    return polls;
  }

  private void supervise() {
    try {
      long epoch = -1;
      do {
        TopologyDocument topology = shards.topology();
        follow(topology);
        if (topology.epoch() != epoch) {
          epoch = topology.epoch();
          poll.topologyChanged();
        }
      } while (!closed.await(TOPOLOGY_CHECK.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      threads.values().forEach(Thread::interrupt);
    }
  }

  private void follow(TopologyDocument topology) {
    Set<String> gone = new HashSet<>(threads.keySet());
    for (Shard shard : topology.shards()) {
      gone.remove(shard.name());
      Thread thread = threads.get(shard.name());
      if (thread == null || !thread.isAlive()) {
        String added = shard.name();
        threads.put(added, Thread.ofVirtual().name(name + "-" + added).start(() -> repeat(added)));
      }
    }
    gone.forEach(shard -> threads.remove(shard).interrupt());
  }

  private void repeat(String shard) {
    Duration pause = SHORTEST;
    boolean failing = false;
    try {
      do {
        try {
          pause = next(poll.look(shard), pause);
          failing = false;
        } catch (SQLException | RuntimeException e) {
          if (Thread.currentThread().isInterrupted()) {
            return;
          }
          meters.counter("kn.events.failures", "reader", name, "shard", shard).increment();
          log(failing, shard, e);
          failing = true;
          pause = AFTER_FAILURE;
        }
      } while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      LOG.log(System.Logger.Level.DEBUG, "{0} leaves shard {1}", name, shard);
    }
  }

  private static Duration next(Found found, Duration pause) {
    return switch (found) {
      case MORE -> Duration.ZERO;
      case SOME -> SHORTEST;
      case NOTHING -> {
        Duration longer = pause.compareTo(SHORTEST) < 0 ? SHORTEST : pause.multipliedBy(2);
        yield longer.compareTo(LONGEST) < 0 ? longer : LONGEST;
      }
    };
  }

  /** Once until it succeeds again. Details of a database's error quote rows; they are left out. */
  private void log(boolean again, String shard, Exception failure) {
    String what =
        failure instanceof SQLException sql
            ? sql.getClass().getSimpleName() + " " + sql.getSQLState()
            : failure.toString();
    LOG.log(
        again ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
        "{0} will look at shard {1} again: {2}",
        name,
        shard,
        what);
  }

  /** Ends; a look under way is interrupted. */
  @Override
  public void close() {
    closed.countDown();
    supervisor.interrupt();
    try {
      boolean stopped = supervisor.join(STOP);
      for (Thread thread : threads.values()) {
        stopped &= thread.join(STOP);
      }
      if (!stopped) {
        LOG.log(System.Logger.Level.WARNING, "{0} does not stop", name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
