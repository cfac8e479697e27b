package dev.knowledgenetwork.events;

import dev.knowledgenetwork.events.Batch.Mark;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.UnavailableException;
import dev.knowledgenetwork.sharding.Route;
import dev.knowledgenetwork.sharding.ShardTransactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.stream.LongStream;

/** Reads what one tenant's events were, from where a client left off. */
final class TenantEvents {

  /** Events are kept at least so long. */
  static final Duration KEPT = Duration.ofDays(7);

  /** Most events of a page. */
  static final int PAGE = 500;

  /**
   * Where only the time of the last event is known, reading begins so much earlier: longer than
   * from the beginning of a transaction to its first write, and than clocks of servers differ.
   */
  static final Duration OVERLAP = Duration.ofMinutes(1);

  private static final long SECONDS_A_DAY = Duration.ofDays(1).toSeconds();
  private static final int RING = 10;

  private static final String STANDING =
      "select m.*, o.opened, l.expired_xid, l.expired_until from ("
          + EventQueries.MARK
          + ") m cross join event_log l left join kn.owned_bucket o on o.bucket = ?"
          + " where (select kn.read(?, ?))";

  private static final String PAGE_SQL =
      "with m as materialized ("
          + EventQueries.MARK
          + " where (select kn.read(?, ?))) select m.*, e.*"
          + " from m left join lateral (select "
          + EventQueries.COLUMNS
          + " from events e where e.bucket = ? and e.tenant_id = ? and e.day = any(?)"
          + " and (e.xid, e.sequence) > (cast(? as xid8), ?)"
          + " and e.occurred_at >= ? and e.xid < m.low"
          + " order by e.xid, e.sequence limit ?) e on true order by e.xid, e.sequence";

  private final ShardTransactions transactions;

  TenantEvents(ShardTransactions transactions) {
    this.transactions = transactions;
  }

  /**
   * Where reading begins.
   *
   * @param shard where the tenant's events are now
   * @param token the position there
   * @param since events from before that time are left out
   * @param missed events may have been missed that are not kept any more
   */
  record Start(String shard, StreamToken token, Instant since, boolean missed) {

    private static Start at(String shard, StreamToken token, boolean missed) {
      return new Start(shard, token, Instant.EPOCH, missed);
    }
  }

  /**
   * Where to begin for a client that has seen everything up to a token, or now for one without.
   *
   * @throws UnavailableException if the shard cannot be reached
   */
  Start start(TenantId tenant, Optional<StreamToken> last) {
    return transactions.read(
        "events",
        tenant.value(),
        (connection, route) -> {
          try (PreparedStatement statement = route.prepare(connection, STANDING)) {
            statement.setInt(1, route.bucket());
            statement.setInt(2, route.bucket());
            statement.setLong(3, route.epoch());
            ResultSet row = statement.executeQuery();
            row.next();
            return start(route, row, last);
          }
        });
  }

  private static Start start(Route route, ResultSet row, Optional<StreamToken> last)
      throws SQLException {
    Mark mark = EventQueries.mark(row);
    StreamToken newest = mark.newest();
    if (last.isEmpty()) {
      return Start.at(route.shard(), newest, false);
    }
    StreamToken token = last.get();
    boolean old = token.time().isBefore(mark.time().minus(KEPT));
    Position opened = Position.before(Long.parseUnsignedLong(row.getString("opened")));
    // A bucket that was opened since has come back from another shard, its events with new
    // positions. A position beyond the newest is of a database that was put back.
    boolean meaningful =
        token.incarnation() == newest.incarnation()
            && token.position().compareTo(opened) >= 0
            && token.position().compareTo(newest.position()) <= 0;
    if (meaningful) {
      Position expired =
          new Position(Long.parseUnsignedLong(row.getString("expired_xid")), Long.MAX_VALUE);
      boolean missed =
          !token.position().equals(newest.position())
              && (old || token.position().compareTo(expired) < 0);
      return Start.at(route.shard(), missed ? newest : token, missed);
    }
    Instant expired = row.getObject("expired_until", OffsetDateTime.class).toInstant();
    boolean future = token.time().isAfter(mark.time().plus(OVERLAP));
    if (old || future || token.time().isBefore(expired)) {
      return Start.at(route.shard(), newest, true);
    }
    return new Start(
        route.shard(),
        new StreamToken(newest.incarnation(), Position.START, token.time()),
        token.time().minus(OVERLAP),
        false);
  }

  /**
   * The next page after a position.
   *
   * @throws UnavailableException if the shard cannot be reached
   */
  Batch page(TenantId tenant, Position after, Instant since) {
    return transactions.read(
        "events",
        tenant.value(),
        (connection, route) -> {
          try (PreparedStatement statement = route.prepare(connection, PAGE_SQL)) {
            statement.setInt(1, route.bucket());
            statement.setLong(2, route.epoch());
            statement.setInt(3, route.bucket());
            statement.setString(4, tenant.value());
            statement.setArray(5, connection.createArrayOf("int2", days(since, Instant.now())));
            statement.setString(6, after.xid());
            statement.setLong(7, after.sequence());
            statement.setObject(8, since.atOffset(ZoneOffset.UTC));
            statement.setInt(9, PAGE);
            return EventQueries.read(statement.executeQuery(), PAGE);
          }
        });
  }

  /** The days of the ring from a time to now, with one to spare for clocks that differ. */
  private static Object[] days(Instant since, Instant now) {
    long first = Math.floorDiv(since.getEpochSecond(), SECONDS_A_DAY);
    long last = Math.floorDiv(now.getEpochSecond(), SECONDS_A_DAY) + 1;
    return LongStream.rangeClosed(Math.max(first, last - RING + 1), last)
        .mapToObj(day -> (short) (day % RING))
        .toArray();
  }
}
