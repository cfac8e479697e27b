package dev.knowledgenetwork.events;

import dev.knowledgenetwork.events.Batch.Mark;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Reads events of one database: one statement and one snapshot a look. */
final class EventQueries {

  /** Longest time of a look. */
  static final int TIMEOUT_SECONDS = 10;

  /** The moment of a look; the first columns of each row, also where there is no event. */
  static final String MARK =
      "select events_incarnation() as incarnation, s.low, now() as now, n.newest_xid,"
          + " n.newest_sequence, n.newest_time"
          + " from (select pg_snapshot_xmin(pg_current_snapshot()) as low) s left join lateral"
          + " (select xid as newest_xid, sequence as newest_sequence, occurred_at as newest_time"
          + " from events where xid < s.low order by xid desc, sequence desc limit 1) n on true";

  /** The columns of an event, after those of the mark. */
  static final String COLUMNS =
      "e.bucket, e.day, e.xid, e.sequence, e.id, e.type, e.kind, e.resource_id, e.version,"
          + " e.author, e.tenant_id, e.occurred_at";

  /**
   * Of all tenants. Rows that arrived before their bucket was opened are no news: they were told
   * where they came from, or are handled as arrivals.
   */
  private static final String AFTER =
      "with m as materialized ("
          + MARK
          + ") select m.*, e.* from m left join lateral (select "
          + COLUMNS
          + " from events e join kn.owned_bucket o using (bucket)"
          + " where e.xid >= o.opened"
          + " and (e.xid, e.sequence) > (cast(? as xid8), ?)"
          + " and e.xid < m.low and e.xid < cast(? as xid8)"
          + " order by e.xid, e.sequence limit ?) e on true order by e.xid, e.sequence";

  /** Above all transactions. */
  static final long UNBOUNDED = -1;

  private EventQueries() {}

  /**
   * The next events after a position, of buckets that the shard owns.
   *
   * @param bound the first transaction whose events are left out, for another look
   */
  static Batch after(Connection connection, Position position, long bound, int limit)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(AFTER)) {
      statement.setQueryTimeout(TIMEOUT_SECONDS);
      statement.setString(1, position.xid());
      statement.setLong(2, position.sequence());
      statement.setString(3, Long.toUnsignedString(bound));
      statement.setInt(4, limit);
      return read(statement.executeQuery(), limit);
    }
  }

  /** The batch in these rows, each with the mark and an event. */
  static Batch read(ResultSet rows, int limit) throws SQLException {
    List<Entry> entries = new ArrayList<>();
    if (!rows.next()) {
      throw new IllegalStateException("a look without a mark");
    }
    Mark mark = mark(rows);
    do {
      if (rows.getString("xid") != null) {
        entries.add(entry(rows));
      }
    } while (rows.next());
    return new Batch(mark, entries, limit);
  }

  /** The moment in the first columns of a row. */
  static Mark mark(ResultSet row) throws SQLException {
    long incarnation = row.getLong("incarnation");
    Instant now = instant(row, "now");
    String xid = row.getString("newest_xid");
    StreamToken newest =
        xid == null
            ? new StreamToken(incarnation, Position.START, now)
            : new StreamToken(
                incarnation,
                new Position(Long.parseUnsignedLong(xid), row.getLong("newest_sequence")),
                instant(row, "newest_time"));
    return new Mark(newest, Long.parseUnsignedLong(row.getString("low")), now);
  }

  /** The event in a row. */
  static Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        position(row),
        new Entry.Slot(row.getInt("bucket"), row.getInt("day")),
        new Event(
            row.getObject("id", UUID.class),
            row.getString("type"),
            new Event.Subject(
                row.getString("kind"),
                new ResourceId(row.getObject("resource_id", UUID.class)),
                row.getLong("version"),
                row.getString("author")),
            new TenantId(row.getString("tenant_id")),
            instant(row, "occurred_at")));
  }

  /** The position in a row. */
  static Position position(ResultSet row) throws SQLException {
    return new Position(Long.parseUnsignedLong(row.getString("xid")), row.getLong("sequence"));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
