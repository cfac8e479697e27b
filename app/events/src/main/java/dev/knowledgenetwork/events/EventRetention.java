package dev.knowledgenetwork.events;

import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.topology.TopologyDocument.Shard;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Empties the day of events that is about to be used again. Harmless at any time and in several
 * processes at once; needed once a day.
 */
public final class EventRetention {

  private static final System.Logger LOG = System.getLogger(EventRetention.class.getName());

  private final Shards shards;

  /** Retention of all shards. */
  public EventRetention(Shards shards) {
    this.shards = shards;
  }

  /** Shards where it could not be done; the next time goes on there. */
  public List<String> run() {
    List<String> failed = new ArrayList<>();
    for (Shard shard : shards.topology().shards()) {
      try {
        shards.on(shard.name(), EventRetention::expire);
      } catch (SQLException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "events of shard {0} will expire later: {1}",
            shard.name(),
            e.getSQLState());
        failed.add(shard.name());
      }
    }
    return failed;
  }

  private static boolean expire(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(EventQueries.TIMEOUT_SECONDS);
      return statement.execute("select expire_day('events'), expire_day('event_inbox')");
    }
  }
}
