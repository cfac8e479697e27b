package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.topology.TopologyDocument;
import dev.knowledgenetwork.topology.TopologyDocument.Shard;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * When each shard was last heard of. Traffic counts; a shard without traffic is asked for its
 * identity, which also finds a pooler that leads to another database.
 */
final class ShardVitals {
  /** A shard that was heard of in this time is not asked. */
  static final Duration INTERVAL = Duration.ofSeconds(3);

  private static final System.Logger LOG = System.getLogger(ShardVitals.class.getName());
  private static final int TIMEOUT_SECONDS = 2;
  private static final int NETWORK_TIMEOUT_MILLIS = 3_000;

  private final long started = System.nanoTime();
  private final Map<String, Long> heard = new ConcurrentHashMap<>();

  /** A shard has answered just now. */
  void heard(String shard) {
    heard.put(shard, System.nanoTime());
  }

  /** What is known. No input or output. */
  ShardHealth health(TopologyDocument topology) {
    return new ShardHealth(
        topology.epoch(),
        topology.shards().stream()
            .map(Shard::name)
            .collect(Collectors.toMap(name -> name, this::health)));
  }

  /** Asks the shards that have been silent. Blocks for a few seconds a shard. */
  void probe(TopologyDocument topology, ShardPools pools) {
    for (Shard shard : topology.shards()) {
      ShardHealth.Shard known = health(shard.name());
      if (known.reached() && known.silence().compareTo(INTERVAL) < 0) {
        continue;
      }
      try (Connection connection = pools.connection(shard.name())) {
        // One shard that hangs must not make the others look silent.
        connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
        if (isIdentity(connection, topology.clusterId(), shard.name())) {
          heard(shard.name());
        } else {
          LOG.log(
              System.Logger.Level.ERROR,
              "the address of shard {0} leads to another database",
              shard.name());
        }
      } catch (SQLException e) {
        LOG.log(
            System.Logger.Level.DEBUG,
            "shard {0} does not answer: {1}",
            shard.name(),
            Failures.describe(e));
      }
    }
  }

  private ShardHealth.Shard health(String shard) {
    Long last = heard.get(shard);
    Duration silence = Duration.ofNanos(System.nanoTime() - (last == null ? started : last));
    return new ShardHealth.Shard(last != null, silence);
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
