package dev.knowledgenetwork.sharding;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * The table in a shard that records which migrations of an application were applied.
 *
 * @param primary opens sessions of a login that may become the owner of the tables
 * @param name of the table, in the schema {@code public}; needs no quotes
 */
record SchemaHistory(DataSource primary, String name) {

  /** Begins a session; limits of time are those that the operator has given to the role. */
  static final String SESSION = "set role kn_owner; set search_path = public";

  /** Held while one history becomes another. */
  private static final long LOCK = 0x6b6e5f686973746fL;

  /** Work of a session. */
  @FunctionalInterface
  private interface Work<V> {
    V with(Statement statement) throws SQLException;
  }

  private <V> V session(Work<V> work) throws SQLException {
    try (Connection connection = primary.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(SESSION);
      V result = work.with(statement);
      connection.commit();
      return result;
    }
  }

  /** Whether anything was ever recorded. */
  boolean exists() throws SQLException {
    return session(statement -> exists(statement, name));
  }

  private static boolean exists(Statement statement, String table) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("select to_regclass('public." + table + "') is not null")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /**
   * Becomes what another history was until now, with its indexes, whose names the next table called
   * as that one will want. Nothing happens where this history exists by then, or the other does
   * not.
   */
  void takeOver(String former) throws SQLException {
    session(
        statement -> {
          statement.execute("select pg_advisory_xact_lock(" + LOCK + ")");
          return exists(statement, former)
              && !exists(statement, name)
              && statement.execute(
                  """
                  alter table %1$s rename to %2$s;
                  alter table %2$s rename constraint %1$s_pk to %2$s_pk;
                  alter index %1$s_s_idx rename to %2$s_s_idx
                  """
                      .formatted(former, name));
        });
  }

  /**
   * A migration outside a transaction that failed leaves a record that blocks the next run. Such
   * migrations are written to be repeated, so the record is removed. Nothing else is repaired: a
   * script that was changed after it was applied still fails the run.
   */
  void forgetFailures() throws SQLException {
    session(statement -> statement.executeUpdate("delete from " + name + " where not success"));
  }

  /** New tables are open to the runtime role; the history of migrations is not. */
  void close() throws SQLException {
    session(
        statement ->
            statement.execute("revoke insert, update, delete on " + name + " from kn_app"));
  }
}
