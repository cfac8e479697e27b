package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.ResourceQuery;
import dev.knowledgenetwork.kernel.Values;
import java.util.stream.Collectors;

/**
 * The SQL of a table of resources. Those that are always the same are rendered once. No text of a
 * user is part of one.
 *
 * <p>Beside a column for each field the table has {@code bucket}, {@code tenant_id} and {@code id}
 * (together its primary key), {@code author}, {@code version} (1 by default), {@code created_at},
 * {@code updated_at} and {@code deleted_at}; it is distributed ({@code kn.distribute}).
 */
final class ResourceStatements {
  private static final String KEY = " where bucket = ? and tenant_id = ? and id = ?";
  private static final String LIVES = " and deleted_at is null";

  /**
   * In a sub-select the check runs once, in the statement's snapshot, also where no row matches.
   */
  private static final String OWNED = " and (select kn.read(?, ?))";

  private final String table;
  private final String returning;
  private final String find;
  private final String version;
  private final String list;

  ResourceStatements(Aggregate aggregate) {
    String columns = ResourceRows.columns(aggregate.fields());
    this.table = aggregate.plural();
    this.returning = " returning " + columns;
    this.find = "select " + columns + " from " + table + KEY + LIVES + OWNED;
    this.version = "select version from " + table + KEY + LIVES;
    this.list =
        "select "
            + ResourceRows.columns(aggregate.listed())
            + " from "
            + table
            + " where bucket = ? and tenant_id = ?"
            + OWNED
            + LIVES;
  }

  /**
   * Parameters: key, author, values. An attempt after an unknown outcome may find its own row.
   * Rewriting it makes the commit wait for the standby once more, so the answer is as durable as a
   * first one.
   */
  String create(Values values) {
    return "insert into "
        + table
        + " as stored (bucket, tenant_id, id, author, "
        + ResourceRows.names(values.fields())
        + ") values (?, ?, ?, ?"
        + ", ?".repeat(values.fields().size())
        + ") on conflict (bucket, tenant_id, id) do update set version = stored.version"
        + returning;
  }

  /** Parameters: key, bucket, epoch. */
  String find() {
    return find;
  }

  /** The version of a row. Parameters: key. */
  String version() {
    return version;
  }

  /**
   * Parameters: bucket, tenant, bucket, epoch, filters, the id after which it begins if there is
   * one, limit. Only the filters in use, so that each combination has a plan with its own index.
   */
  String list(ResourceQuery query) {
    return list
        + query.filters().fields().stream()
            .map(field -> " and " + field.name() + " = ?")
            .collect(Collectors.joining())
        + (query.after().isPresent() ? " and id < ?" : "")
        + " order by id desc limit ?";
  }

  /** Parameters: values, key, version. Only columns that change are written. */
  String patch(Changes changes) {
    return "update "
        + table
        + " set "
        + changes.fields().stream()
            .map(field -> field.name() + " = ?, ")
            .collect(Collectors.joining())
        // Clocks differ between a primary and its successor; the time of change never goes back.
        + "version = version + 1, updated_at = greatest(now(), updated_at)"
        + KEY
        + " and version = ?"
        + LIVES
        + returning;
  }

  /** Parameters: key, version if it is one that is expected. */
  String delete(boolean expected) {
    return "update "
        + table
        + " set version = version + 1, deleted_at = now()"
        + KEY
        + LIVES
        + (expected ? " and version = ?" : "")
        + " returning version, author";
  }
}
