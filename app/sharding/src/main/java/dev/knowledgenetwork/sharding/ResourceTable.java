package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Page;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.ResourceIds;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.UnavailableException;
import dev.knowledgenetwork.kernel.WriteOutcome;
import dev.knowledgenetwork.sharding.ShardTransactions.Write;
import dev.knowledgenetwork.sharding.TableQuery.Filter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Resources of all tenants in one table, each row in the shard of its tenant's bucket; versioned,
 * deleted softly. A read is one round trip, a write two: fence and statement together, then the
 * commit. Thread-safe.
 *
 * <p>A call blocks for about the deadline at most, and throws {@link UnavailableException} if the
 * shard cannot be reached in that time.
 *
 * @param <T> a resource
 * @param <S> an item of a list
 */
public final class ResourceTable<T, S> {
  private static final String KEY = " where bucket = ? and tenant_id = ? and id = ?";
  private static final int KEY_PARAMETERS = 3;

  /**
   * In a sub-select the check runs once, in the statement's snapshot, also where no row matches.
   */
  private static final String OWNED = " and (select kn.read(?, ?))";

  private final ShardTransactions transactions;
  private final ResourceIds ids;
  private final TableMapping<T, S> mapping;
  private final String find;
  private final String version;
  private final String delete;
  private final String list;

  ResourceTable(ShardTransactions transactions, ResourceIds ids, TableMapping<T, S> mapping) {
    this.transactions = transactions;
    this.ids = ids;
    this.mapping = mapping;
    String from = " from " + mapping.table();
    this.find = "select " + mapping.columns() + from + KEY + " and deleted_at is null" + OWNED;
    this.version = "select version" + from + KEY + " and deleted_at is null";
    this.delete =
        "update "
            + mapping.table()
            + " set version = version + 1, deleted_at = now()"
            + KEY
            + " and deleted_at is null";
    this.list =
        "select "
            + mapping.items().columns()
            + from
            + " where bucket = ? and tenant_id = ?"
            + OWNED
            + " and deleted_at is null";
  }

  /** Stores a new row under a new id. Returns only after commit. */
  public CreateOutcome<T> create(TenantId tenant, Columns values) {
    ResourceId id = ids.next();
    return transactions.write(
        "create",
        tenant.value(),
        new Write<>(
            (connection, route) -> create(connection, route, new Key(tenant, id), values),
            () -> new CreateOutcome.Unknown<>(id),
            true));
  }

  private record Key(TenantId tenant, ResourceId id) {
    int bind(PreparedStatement statement, int first, Route route) throws SQLException {
      statement.setInt(first, route.bucket());
      statement.setString(first + 1, tenant.value());
      statement.setObject(first + 2, id.value());
      return first + KEY_PARAMETERS;
    }
  }

  private CreateOutcome<T> create(Connection connection, Route route, Key key, Columns values)
      throws SQLException {
    try (PreparedStatement statement = route.enter(connection, createSql(values))) {
      int at = key.bind(statement, Route.ENTER_PARAMETERS + 1, route);
      values.bind(connection, statement, at);
      ResultSet rows = Route.rows(statement);
      rows.next();
      return new CreateOutcome.Created<>(mapping.value().read(key.tenant(), rows));
    }
  }

  /**
   * An attempt after an unknown outcome may find its own row. Rewriting it makes the commit wait
   * for the standby once more, so the answer is as durable as a first one.
   */
  private String createSql(Columns values) {
    return "insert into "
        + mapping.table()
        + " as stored (bucket, tenant_id, id, "
        + String.join(", ", values.names())
        + ") values (?, ?, ?"
        + ", ?".repeat(values.names().size())
        + ") on conflict (bucket, tenant_id, id) do update set version = stored.version"
        + " returning "
        + mapping.columns();
  }

  /** The row, unless there is none or it is deleted. */
  public Optional<T> find(TenantId tenant, ResourceId id) {
    return transactions.read(
        "find",
        tenant.value(),
        (connection, route) -> {
          try (PreparedStatement statement = route.prepare(connection, find)) {
            int at = new Key(tenant, id).bind(statement, 1, route);
            statement.setInt(at, route.bucket());
            statement.setLong(at + 1, route.epoch());
            ResultSet rows = statement.executeQuery();
            return rows.next() ? Optional.of(mapping.value().read(tenant, rows)) : Optional.empty();
          }
        });
  }

  /** A page of the tenant's rows. Cost: one index range of at most the limit. */
  public Page<S> list(TableQuery query) {
    return transactions.read(
        "list",
        query.tenant().value(),
        (connection, route) -> {
          try (PreparedStatement statement = route.prepare(connection, listSql(query))) {
            bindList(statement, route, query);
            return page(statement.executeQuery(), query);
          }
        });
  }

  /** Only the filters in use, so that each combination has a plan with its own index. */
  private String listSql(TableQuery query) {
    return list
        + query.filters().stream()
            .map(filter -> " and " + filter.column() + " = ?")
            .collect(Collectors.joining())
        + (query.after().isPresent() ? " and id < ?" : "")
        + " order by id desc limit ?";
  }

  private static void bindList(PreparedStatement statement, Route route, TableQuery query)
      throws SQLException {
    int at = 1;
    statement.setInt(at++, route.bucket());
    statement.setString(at++, query.tenant().value());
    statement.setInt(at++, route.bucket());
    statement.setLong(at++, route.epoch());
    for (Filter filter : query.filters()) {
      statement.setString(at++, filter.value());
    }
    if (query.after().isPresent()) {
      statement.setObject(at++, query.after().get().value());
    }
    // One more than asked for tells whether there is a next page.
    statement.setInt(at, query.limit() + 1);
  }

  private Page<S> page(ResultSet rows, TableQuery query) throws SQLException {
    List<S> items = new ArrayList<>(query.limit());
    Optional<ResourceId> last = Optional.empty();
    while (items.size() < query.limit() && rows.next()) {
      items.add(mapping.items().item().read(query.tenant(), rows));
      if (items.size() == query.limit()) {
        last = Optional.of(new ResourceId(rows.getObject("id", UUID.class)));
      }
    }
    boolean more = items.size() == query.limit() && rows.next();
    return new Page<>(items, more ? last : Optional.empty());
  }

  /**
   * Changes a row if it has the expected version; of several with the same expectation exactly one
   * succeeds. No columns change nothing, the version included, and answer the row.
   */
  public WriteOutcome<T> patch(TenantId tenant, ResourceId id, long expected, Columns changes) {
    if (changes.isEmpty()) {
      return find(tenant, id)
          .map(found -> unchanged(found, expected))
          .orElseGet(WriteOutcome.NotFound::new);
    }
    return transactions.write(
        "patch",
        tenant.value(),
        new Write<>(
            (connection, route) -> patch(connection, route, new Key(tenant, id), expected, changes),
            WriteOutcome.Unknown::new,
            false));
  }

  private WriteOutcome<T> unchanged(T found, long expected) {
    long current = mapping.version().applyAsLong(found);
    return current == expected
        ? new WriteOutcome.Updated<>(found)
        : new WriteOutcome.VersionConflict<>(current);
  }

  private WriteOutcome<T> patch(
      Connection connection, Route route, Key key, long expected, Columns changes)
      throws SQLException {
    try (PreparedStatement statement = route.enter(connection, patchSql(changes))) {
      int at = changes.bind(connection, statement, Route.ENTER_PARAMETERS + 1);
      at = key.bind(statement, at, route);
      statement.setLong(at, expected);
      ResultSet rows = Route.rows(statement);
      if (rows.next()) {
        return new WriteOutcome.Updated<>(mapping.value().read(key.tenant(), rows));
      }
    }
    return missed(connection, route, key);
  }

  private String patchSql(Columns changes) {
    return "update "
        + mapping.table()
        + " set "
        + changes.names().stream().map(name -> name + " = ?, ").collect(Collectors.joining())
        // Clocks differ between a primary and its successor; the time of change never goes back.
        + "version = version + 1, updated_at = greatest(now(), updated_at)"
        + KEY
        + " and version = ? and deleted_at is null returning "
        + mapping.columns();
  }

  /**
   * Deletes a row softly: no call finds it again, it is purged later.
   *
   * @param expected the version the caller saw; empty deletes whatever is there
   */
  public WriteOutcome<T> delete(TenantId tenant, ResourceId id, OptionalLong expected) {
    return transactions.write(
        "delete",
        tenant.value(),
        new Write<>(
            (connection, route) -> delete(connection, route, new Key(tenant, id), expected),
            WriteOutcome.Unknown::new,
            false));
  }

  private WriteOutcome<T> delete(Connection connection, Route route, Key key, OptionalLong expected)
      throws SQLException {
    String sql = delete + (expected.isPresent() ? " and version = ?" : "") + " returning version";
    try (PreparedStatement statement = route.enter(connection, sql)) {
      int at = key.bind(statement, Route.ENTER_PARAMETERS + 1, route);
      if (expected.isPresent()) {
        statement.setLong(at, expected.getAsLong());
      }
      ResultSet rows = Route.rows(statement);
      if (rows.next()) {
        return new WriteOutcome.Deleted<>(rows.getLong(1));
      }
    }
    return missed(connection, route, key);
  }

  /** Why a write matched no row; in its transaction, so still under the fence's lock. */
  private WriteOutcome<T> missed(Connection connection, Route route, Key key) throws SQLException {
    try (PreparedStatement statement = route.prepare(connection, version)) {
      key.bind(statement, 1, route);
      ResultSet rows = statement.executeQuery();
      return rows.next()
          ? new WriteOutcome.VersionConflict<>(rows.getLong(1))
          : new WriteOutcome.NotFound<>();
    }
  }
}
