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

  private static final String OF_SUBSCRIPTION =
      " from event_cursors where subscription = ?"
          + " and incarnation = (select incarnation from event_log)";

  private static final String READ = "select xid, sequence, opened" + OF_SUBSCRIPTION;

  private static final String LOCK = READ + " for update skip locked";

  private static final String CREATE =
      "insert into event_cursors (subscription, incarnation)"
          + " select ?, incarnation from event_log on conflict do nothing";

  private static final String SAVE =
      "update event_cursors set xid = cast(? as xid8), sequence = ?, opened = cast(? as xid8)"
          + " where subscription = ? and incarnation = (select incarnation from event_log)";

  private static final String OPENED =
      "select from kn.bucket_owner where state = 'owned' and opened >= cast(? as xid8)"
          + " and opened < pg_snapshot_xmin(pg_current_snapshot()) limit 1";

  /** Events that came with buckets that were opened here, and were not handled before they came. */
  private static final String ARRIVED =
      "with m as materialized ("
          + EventQueries.MARK
          + ") select m.incarnation, m.low, m.now, e.* from m left join lateral (select "
          + EventQueries.COLUMNS
          + " from kn.bucket_owner o join events e using (bucket)"
          + " where o.state = 'owned' and o.opened >= cast(? as xid8) and o.opened < m.low"
          + " and e.xid < o.opened and not exists (select from event_inbox i"
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

  /** Whether there is something to handle. Writes nothing but the cursor of a new subscription. */
  boolean somethingIsNew() throws SQLException {
    if (!load(READ)) {
      try (PreparedStatement statement = prepare(CREATE)) {
        statement.setString(1, subscription);
        statement.executeUpdate();
      }
      return true;
    }
    try (PreparedStatement statement = prepare(OPENED)) {
      statement.setString(1, opened.xid());
      if (statement.executeQuery().next()) {
        return true;
      }
    }
    return !EventQueries.after(connection, position, EventQueries.UNBOUNDED, 1).entries().isEmpty();
  }

  /** Locks the cursor to the end of the transaction; false if another process has it. */
  boolean lock() throws SQLException {
    return load(LOCK);
  }

  private boolean load(String sql) throws SQLException {
    try (PreparedStatement statement = prepare(sql)) {
      statement.setString(1, subscription);
      ResultSet row = statement.executeQuery();
      if (!row.next()) {
        return false;
      }
      position =
          new Position(Long.parseUnsignedLong(row.getString("xid")), row.getLong("sequence"));
      opened = Position.before(Long.parseUnsignedLong(row.getString("opened")));
      return true;
    }
  }

  /** The next events, and moves behind them. First what arrived with buckets, then what is new. */
  List<Entry> next(int limit) throws SQLException {
    Batch arrived = arrived(limit);
    if (!arrived.isFull(limit)) {
      opened = Position.before(arrived.mark().low());
    }
    if (!arrived.entries().isEmpty()) {
      return arrived.entries();
    }
    // Not beyond what the arrivals were looked for: a bucket may have been opened since.
    long bound = arrived.mark().low();
    Batch batch = EventQueries.after(connection, position, bound, limit);
    position = batch.isFull(limit) ? batch.end() : Position.before(bound);
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
