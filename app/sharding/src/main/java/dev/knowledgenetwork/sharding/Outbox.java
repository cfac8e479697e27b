package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.ResourceIds;
import dev.knowledgenetwork.kernel.TenantId;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Locale;

/**
 * Tells of each change of a kind of resource in the transaction that makes it: a row in the table
 * {@code events}, written by the same statement, so it costs no round trip of its own. Who reads
 * them: module events.
 */
class Outbox {

  /** What happened to a resource; the last part of the event's type. */
  enum Verb {
    CREATED,
    UPDATED,
    DELETED
  }

  private final String kind;
  private final ResourceIds ids;

  Outbox(Aggregate aggregate, ResourceIds ids) {
    this.kind = aggregate.noun();
    this.ids = ids;
  }

  /**
   * A change and its event as one statement, which answers what the change returns. A row that the
   * change met but did not make, after an attempt with an unknown outcome, was recorded then.
   *
   * @param change a statement that returns at least version and author; parameters of the event
   *     ({@link #bind}) follow its own
   */
  String recording(Verb verb, String change) {
    return "with changed as ("
        + change
        + "), recorded as (insert into events"
        + " (bucket, tenant_id, resource_id, id, type, kind, version, author)"
        + " select ?, ?, ?, ?, ?, ?, version, author from changed"
        + (verb == Verb.CREATED ? " where created_at = now()" : "")
        + ") select * from changed";
  }

  /** Sets the parameters of the event from one on. */
  void bind(PreparedStatement statement, int first, Verb verb, Subject subject)
      throws SQLException {
    statement.setInt(first, subject.bucket());
    statement.setString(first + 1, subject.tenant().value());
    statement.setObject(first + 2, subject.id().value());
    statement.setObject(first + 3, ids.next().value());
    statement.setString(first + 4, kind + "." + verb.name().toLowerCase(Locale.ROOT));
    statement.setString(first + 5, kind);
  }

  /** The resource that an event is about. */
  record Subject(int bucket, TenantId tenant, ResourceId id) {}
}
