package dev.knowledgenetwork.events;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** How far a subscription is in a database, on one connection to it. */
final class SubscriptionCursor {

  private static final String LOCK =
      "select xid, sequence, opened from event_cursors where subscription = ?"
          + " and incarnation = (select incarnation from event_log) for update skip locked";

  private static final String CREATE =
      "insert into event_cursors (subscription, incarnation)"
          + " select ?, incarnation from event_log on conflict do nothing";

  private static final String SAVE =
      "update event_cursors set xid = cast(? as xid8), sequence = ?, opened = cast(? as xid8)"
          + " where subscription = ? and incarnation = (select incarnation from event_log)";

  private static final String IS_BEHIND =
      "select exists (select from kn.owned_bucket o"
          + " where o.opened >= c.opened and o.opened < m.low)"
          + " or exists (select from events e"
          + " where (e.xid, e.sequence) > (c.xid, c.sequence) and e.xid < m.low)"
          + " from (select pg_snapshot_xmin(pg_current_snapshot()) as low) m, event_cursors c"
          + " where c.subscription = ?"
          + " and c.incarnation = (select incarnation from event_log)";

  /**
   * Events that came with buckets that were opened here, and were not handled before they came. Not
   * the very old ones: of these the inbox may have expired where they came from.
   */
  private static final String ARRIVED =
      "with m as materialized ("
          + EventQueries.MARK
          + ") select m.*, e.* from m left join lateral (select "
          + EventQueries.COLUMNS
          + " from kn.owned_bucket o join events e using (bucket)"
          + " where o.opened >= cast(? as xid8) and o.opened < m.low"
          + " and e.xid < o.opened and e.occurred_at > m.now - interval '7 days'"
          + " and not exists (select from event_inbox i"
          + " where i.bucket = e.bucket and i.day = e.day and i.subscription = ?"
          + " and i.event_id = e.id)"
          + " order by e.bucket, e.xid, e.sequence limit ?) e on true"
          + " order by e.bucket, e.xid, e.sequence";

  private static final String NOTE =
      "insert into event_inbox (bucket, day, subscription, event_id)"
          + " select bucket, day, ?, event_id"
          + " from unnest(?, ?, ?) as handled (bucket, day, event_id)"
          + " on conflict do nothing returning event_id";

  private final Connection connection;
  private final String subscription;
  private Position position = Position.START;
  private Position opened = Position.START;

  SubscriptionCursor(Connection connection, String subscription) {
    this.connection = connection;
    this.subscription = subscription;
  }

  /**
   * Whether there is something to handle or to pass, such as events of buckets that are not owned
   * here. Writes nothing but the cursor of a new subscription.
   */
  boolean isBehind() throws SQLException {
    try (PreparedStatement statement = prepare(IS_BEHIND)) {
      statement.setString(1, subscription);
      ResultSet row = statement.executeQuery();
      if (row.next()) {
        return row.getBoolean(1);
      }
    }
    try (PreparedStatement statement = prepare(CREATE)) {
      statement.setString(1, subscription);
      statement.executeUpdate();
    }
    return true;
  }

  /** Locks the cursor to the end of the transaction; false if another process has it. */
  boolean lock() throws SQLException {
    try (PreparedStatement statement = prepare(LOCK)) {
      statement.setString(1, subscription);
      ResultSet row = statement.executeQuery();
      if (!row.next()) {
        return false;
      }
      position = EventQueries.position(row);
      opened = Position.before(Long.parseUnsignedLong(row.getString("opened")));
      return true;
    }
  }

  /** The next events, and moves behind them. First what arrived with buckets, then what is new. */
  List<Entry> next(int limit) throws SQLException {
    Batch arrived = arrived(limit);
    if (!arrived.isFull()) {
      opened = Position.before(arrived.mark().low());
    }
    if (!arrived.entries().isEmpty()) {
      return arrived.entries();
    }
    // Not beyond what the arrivals were looked for: a bucket may have been opened since.
    long bound = arrived.mark().low();
    Batch batch = EventQueries.after(connection, position, bound, limit);
    position = batch.isFull() ? batch.reach() : Position.before(bound);
    return batch.entries();
  }

  private Batch arrived(int limit) throws SQLException {
    try (PreparedStatement statement = prepare(ARRIVED)) {
      statement.setString(1, opened.xid());
      statement.setString(2, subscription);
      statement.setInt(3, limit);
      return EventQueries.read(statement.executeQuery(), limit);
    }
  }

  /** Notes events as handled; the ids of those that were not before. */
  Set<UUID> note(List<Entry> entries) throws SQLException {
    Set<UUID> fresh = new HashSet<>();
    try (PreparedStatement statement = prepare(NOTE)) {
      statement.setString(1, subscription);
      statement.setArray(2, array("int4", entries.stream().map(each -> each.slot().bucket())));
      statement.setArray(3, array("int2", entries.stream().map(each -> each.slot().day())));
      statement.setArray(4, array("uuid", entries.stream().map(each -> each.event().id())));
      ResultSet rows = statement.executeQuery();
      while (rows.next()) {
        fresh.add(rows.getObject(1, UUID.class));
      }
    }
    return fresh;
  }

  private Array array(String type, Stream<?> values) throws SQLException {
    return connection.createArrayOf(type, values.toArray());
  }

  /** Keeps the cursor, with the transaction. */
  void save() throws SQLException {
    try (PreparedStatement statement = prepare(SAVE)) {
      statement.setString(1, position.xid());
      statement.setLong(2, position.sequence());
      statement.setString(3, opened.xid());
      statement.setString(4, subscription);
      statement.executeUpdate();
    }
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setQueryTimeout(EventQueries.TIMEOUT_SECONDS);
    return statement;
  }
}
