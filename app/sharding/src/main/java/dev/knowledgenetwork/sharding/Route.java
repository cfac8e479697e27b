package dev.knowledgenetwork.sharding;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * One attempt of an operation: where it goes and how long its statements may take.
 *
 * @param bucket bucket of the key
 * @param epoch the one in which the bucket came to that shard, as far as the router knows
 * @param shard where the connection goes
 * @param timeoutSeconds limit of each statement, at least 1
 */
public record Route(int bucket, long epoch, String shard, int timeoutSeconds) {
  private static final String ENTER = "select kn.enter(?, ?); ";

  /** Parameters that {@link #enter} takes before the statement's own. */
  public static final int ENTER_PARAMETERS = 2;

  /**
   * The first statement of a write transaction, sent together with the fence in one round trip. Its
   * own parameters begin after {@link #ENTER_PARAMETERS}.
   */
  public PreparedStatement enter(Connection connection, String sql) throws SQLException {
    PreparedStatement statement = prepare(connection, ENTER + sql);
    statement.setInt(1, bucket);
    statement.setLong(2, epoch);
    return statement;
  }

  /** Runs what {@link #enter} prepared; the rows of the statement proper. */
  public static ResultSet rows(PreparedStatement fenced) throws SQLException {
    fenced.execute();
    fenced.getMoreResults();
    return fenced.getResultSet();
  }

  /** Another statement, limited in time. */
  public PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setQueryTimeout(timeoutSeconds);
    return statement;
  }
}
