package dev.knowledgenetwork.sharding;

import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;

/** The first shard without its synchronous standby: commits wait for it until this is closed. */
final class LostStandby implements AutoCloseable {
  private final TestShards shards;

  LostStandby(TestShards shards) throws SQLException {
    this.shards = shards;
    configure("alter system set synchronous_standby_names = 'nobody'");
    // Servers read their configuration a little later: the first commit that waits tells.
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              Thread.ofVirtual().start(this::commitSomething);
              return waiters() > 0;
            });
    await().until(() -> terminateWaiters() == 0);
  }

  /** Sessions whose commit waits. */
  int waiters() throws SQLException {
    return waiters("true");
  }

  /** Ends those sessions; what they have committed stays on this server. How many there were. */
  int terminateWaiters() throws SQLException {
    return waiters("pg_terminate_backend(pid)");
  }

  /** Ends the waiting of those sessions. How many there were. */
  int cancelWaiters() throws SQLException {
    return waiters("pg_cancel_backend(pid)");
  }

  @Override
  public void close() throws SQLException {
    configure("alter system reset synchronous_standby_names");
    await().until(() -> terminateWaiters() == 0);
  }

  private void configure(String setting) throws SQLException {
    shards.execute(0, "postgres", setting);
    shards.execute(0, "postgres", "select pg_reload_conf()");
  }

  private void commitSomething() {
    try {
      shards.execute(0, "postgres", "select pg_logical_emit_message(true, 't', 't')");
    } catch (SQLException e) {
      // Its wait is ended above.
    }
  }

  private int waiters(String what) throws SQLException {
    try (var connection = shards.connect(0, "postgres");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select count(" + what + ") from pg_stat_activity where wait_event = 'SyncRep'")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
