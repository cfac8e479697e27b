package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.topology.TopologyDocument;
import dev.knowledgenetwork.topology.TopologyDocument.Shard;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * When each shard was last heard of, and whether it is known to be down. Traffic counts; a shard
 * without traffic, or one that fails, is asked for its identity, which also finds a pooler that
 * leads to another database.
 */
final class ShardVitals {
  /** How often shards are looked at. One that is down is asked each time, so it is back as soon. */
  static final Duration INTERVAL = Duration.ofSeconds(1);

  /** A shard that was heard of in this time is not asked. */
  static final Duration QUIET = Duration.ofSeconds(3);

  /**
   * After this many failures in a row, over at least {@link #PATIENCE}, a shard is known to be
   * down. A failover is over before that, a slow one too: operations that it interrupts wait for
   * it, and who is told to come back does not meet a refusal once it is over.
   */
  static final int FAILURES = 5;

  static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final System.Logger LOG = System.getLogger(ShardVitals.class.getName());
  private static final int TIMEOUT_SECONDS = 2;
  private static final int NETWORK_TIMEOUT_MILLIS = 3_000;

  /**
   * What is known of one shard.
   *
   * @param reached it has answered since this process started
   * @param heard nanoseconds of its last answer, else of the start
   * @param failures since then
   * @param failing nanoseconds of the first of them
   */
  private record Vital(boolean reached, long heard, int failures, long failing) {

    Vital failed(long now) {
      return new Vital(reached, heard, failures + 1, failures == 0 ? now : failing);
    }
  }

  private final LongSupplier nanos;
  private final Vital unknown;
  private final Map<String, Vital> vitals = new ConcurrentHashMap<>();

  /** Shards that a probe waits for. */
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  /** Nothing is known yet. */
  ShardVitals(LongSupplier nanos) {
    this.nanos = nanos;
    this.unknown = new Vital(false, nanos.getAsLong(), 0, 0);
  }

  /** A shard has answered just now. */
  void heard(String shard) {
    vitals.put(shard, new Vital(true, nanos.getAsLong(), 0, 0));
  }

  /** A shard gave no connection just now, or broke one. */
  void failed(String shard) {
    vitals.compute(
        shard, (name, known) -> (known == null ? unknown : known).failed(nanos.getAsLong()));
  }

  /** Whether a shard has answered in the last time. */
  boolean heardWithin(String shard, Duration time) {
    Vital vital = vital(shard);
    return vital.reached() && nanos.getAsLong() - vital.heard() <= time.toNanos();
  }

  /** Whether nobody needs to try: the next answer to a probe ends it. */
  boolean isDown(String shard) {
    Vital vital = vital(shard);
    return vital.failures() >= FAILURES
        && nanos.getAsLong() - vital.failing() >= PATIENCE.toNanos();
  }

  /** What is known. No input or output. */
  ShardHealth health(TopologyDocument topology) {
    return new ShardHealth(
        topology.epoch(),
        topology.shards().stream()
            .map(Shard::name)
            .collect(Collectors.toMap(name -> name, this::health)));
  }

  /**
   * Asks the shards that fail or have been silent. Waits for none of them: one that hangs, for up
   * to five seconds, delays nobody's question but its own next one.
   */
  void probe(TopologyDocument topology, ShardPools pools) {
    topology.shards().stream()
        .map(Shard::name)
        .filter(this::isDoubtful)
        .filter(asked::add)
        .forEach(
            shard ->
                Thread.ofVirtual()
                    .name("probe-" + shard)
                    .start(() -> ask(shard, topology.clusterId(), pools)));
  }

  private boolean isDoubtful(String shard) {
    return vital(shard).failures() > 0 || !heardWithin(shard, QUIET);
  }

  private void ask(String shard, String clusterId, ShardPools pools) {
    try (Connection connection = pools.connection(shard)) {
      connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
      if (isIdentity(connection, clusterId, shard)) {
        heard(shard);
      } else {
        LOG.log(
            System.Logger.Level.ERROR, "the address of shard {0} leads to another database", shard);
      }
    } catch (SQLException e) {
      failed(shard);
      LOG.log(
          System.Logger.Level.DEBUG, "shard {0} does not answer: {1}", shard, Failures.describe(e));
    } finally {
      asked.remove(shard);
    }
  }

  private Vital vital(String shard) {
    return vitals.getOrDefault(shard, unknown);
  }

  private ShardHealth.Shard health(String shard) {
    Vital vital = vital(shard);
    return new ShardHealth.Shard(
        vital.reached(), Duration.ofNanos(nanos.getAsLong() - vital.heard()));
  }

  private static boolean isIdentity(Connection connection, String clusterId, String shard)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select from kn.identity where cluster_id = ? and shard = ?")) {
      statement.setQueryTimeout(TIMEOUT_SECONDS);
      statement.setString(1, clusterId);
      statement.setString(2, shard);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }
}
