package dev.knowledgenetwork.sharding;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import dev.knowledgenetwork.sharding.ShardDataSource.Address;
import dev.knowledgenetwork.topology.TopologyDocument;
import dev.knowledgenetwork.topology.TopologyDocument.Pooler;
import dev.knowledgenetwork.topology.TopologyDocument.Shard;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One connection pool for each shard, through the pooler. Metrics {@code hikaricp.connections.*}
 * carry the shard's name as {@code pool}.
 *
 * <p>Statements are prepared on the server after their fifth use; PgBouncer 1.21 and later carry
 * that in transaction mode.
 */
final class ShardPools implements AutoCloseable {
  /** A server is given this much longer than the statement limit before its socket is dropped. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private static final Duration MAXIMUM_AGE = Duration.ofMinutes(30);

  private record Pool(Pooler address, HikariDataSource connections) {}

  private final ShardSettings settings;
  private final MeterRegistry meters;
  private volatile Map<String, Pool> pools = Map.of();

  ShardPools(ShardSettings settings, MeterRegistry meters) {
    this.settings = settings;
    this.meters = meters;
  }

  /** Opens pools of shards that are new or have moved; does not wait for a connection. */
  synchronized void add(TopologyDocument topology) {
    Map<String, Pool> next = new HashMap<>(pools);
    List<Pool> replaced = new ArrayList<>();
    for (Shard shard : topology.shards()) {
      Pool known = next.get(shard.name());
      if (known == null || !known.address().equals(shard.pooler())) {
        if (known != null) {
          replaced.add(known);
        }
        next.put(shard.name(), new Pool(shard.pooler(), open(shard)));
      }
    }
    pools = Map.copyOf(next);
    replaced.forEach(ShardPools::closeLater);
  }

  /** Closes pools of shards that the topology no longer has. */
  synchronized void retain(TopologyDocument topology) {
    Set<String> gone = new HashSet<>(pools.keySet());
    topology.shards().forEach(shard -> gone.remove(shard.name()));
    Map<String, Pool> next = new HashMap<>(pools);
    List<Pool> unused = gone.stream().map(next::remove).toList();
    pools = Map.copyOf(next);
    unused.forEach(ShardPools::closeLater);
  }

  /** Closing waits for what is under way, for seconds; its successor serves meanwhile. */
  private static void closeLater(Pool pool) {
    Thread.ofVirtual().name("close-pool-" + pool.address().host()).start(pool.connections()::close);
  }

  /**
   * A connection in autocommit mode; closing it gives it back and rolls back what is open.
   *
   * @throws SQLException if there is none within the acquire timeout
   */
  Connection connection(String shard) throws SQLException {
    Pool pool = pools.get(shard);
    if (pool == null) {
      throw new SQLNonTransientConnectionException("no pool for shard " + shard, "08003");
    }
    return pool.connections().getConnection();
  }

  /** Closes the connection for good instead of giving it back. */
  void evict(String shard, Connection connection) {
    Pool pool = pools.get(shard);
    if (pool != null) {
      pool.connections().evictConnection(connection);
    }
  }

  @Override
  public synchronized void close() {
    pools.values().forEach(pool -> pool.connections().close());
    pools = Map.of();
  }

  private HikariDataSource open(Shard shard) {
    PoolSettings pool = settings.pool();
    HikariConfig config = new HikariConfig();
    config.setPoolName(shard.name());
    config.setDataSource(
        new ShardDataSource(
            new Address(shard.pooler().host(), shard.pooler().port(), shard.pooler().database()),
            settings.credentials(),
            settings.security(),
            "knowledge-network",
            pool.statementTimeout().plus(GRACE)));
    config.setMinimumIdle(pool.minimum());
    config.setMaximumPoolSize(pool.maximum());
    config.setConnectionTimeout(pool.acquireTimeout().toMillis());
    config.setValidationTimeout(Math.min(1_000, pool.acquireTimeout().toMillis()));
    config.setIdleTimeout(pool.idleTimeout().toMillis());
    config.setMaxLifetime(MAXIMUM_AGE.toMillis());
    // A shard that is away at start must not keep the others from being served.
    config.setInitializationFailTimeout(-1);
    config.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(meters));
    return new HikariDataSource(config);
  }
}
