package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.sharding.ShardDataSource.Address;
import dev.knowledgenetwork.topology.TopologyDocument;
import dev.knowledgenetwork.topology.TopologyDocument.Endpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.postgresql.PGConnection;

/**
 * Hears of new topologies within milliseconds, over one direct connection a process: the pooler's
 * transaction mode carries no LISTEN. Any shard will do; after a failure another one is asked.
 */
final class TopologyListener implements Background.Step {
  /** Pause before another connection is made. */
  static final Duration RECONNECT = Duration.ofSeconds(1);

  private static final Duration CHECK = Duration.ofSeconds(10);

  private final ShardSettings settings;
  private final Router router;
  private final Topologies topologies;
  private int turn = ThreadLocalRandom.current().nextInt(1 << 16);

  TopologyListener(ShardSettings settings, Router router, Topologies topologies) {
    this.settings = settings;
    this.router = router;
    this.topologies = topologies;
  }

  /** Connects and listens until the connection fails. */
  @Override
  public void run() throws SQLException {
    TopologyDocument topology = router.routes().document();
    Endpoint primary = topology.shards().get(turn++ % topology.shards().size()).primary();
    ShardDataSource direct =
        new ShardDataSource(
            new Address(primary.host(), primary.port(), topology.database()),
            settings.credentials(),
            settings.security(),
            "knowledge-network-topology",
            CHECK.plusSeconds(5));
    try (Connection connection = direct.getConnection()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("listen kn_topology");
      }
      PGConnection notifications = connection.unwrap(PGConnection.class);
      while (!Thread.currentThread().isInterrupted()) {
        // Asking also finds a connection that has died in silence.
        topologies.newest(connection).ifPresent(topologies::offer);
        notifications.getNotifications(Math.toIntExact(CHECK.toMillis()));
      }
    }
  }
}
