package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Answer;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.IdempotentRequest;
import dev.knowledgenetwork.kernel.Page;
import dev.knowledgenetwork.kernel.Position;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.ResourceIds;
import dev.knowledgenetwork.kernel.ResourceQuery;
import dev.knowledgenetwork.kernel.Resources;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.kernel.WriteOutcome;
import dev.knowledgenetwork.sharding.IdempotentRequests.Once;
import dev.knowledgenetwork.sharding.Outbox.Verb;
import dev.knowledgenetwork.sharding.ResourceStatements.ListForm;
import dev.knowledgenetwork.sharding.ShardTransactions.Work;
import dev.knowledgenetwork.sharding.ShardTransactions.Write;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Resources in a table, each row in the shard of its tenant's bucket. A read is one round trip, a
 * write two: fence, change and event together, then the commit.
 */
final class ResourceTable implements Resources {
  private static final String SERIALIZATION_FAILURE = "40001";

  private final ShardTransactions transactions;
  private final ResourceIds ids;
  private final Aggregate aggregate;
  private final ResourceStatements sql;
  private final Outbox outbox;

  ResourceTable(
      ShardTransactions transactions, ResourceIds ids, Aggregate aggregate, Outbox outbox) {
    this.transactions = transactions;
    this.ids = ids;
    this.aggregate = aggregate;
    this.sql = new ResourceStatements(aggregate);
    this.outbox = outbox;
  }

  /** The primary key of a row, but for its bucket. */
  private record Key(TenantId tenant, ResourceId id) {
    /** Sets the parameters of a key from one on; answers the parameter after the last. */
    int bind(PreparedStatement statement, int first, Route route) throws SQLException {
      statement.setInt(first, route.bucket());
      statement.setString(first + 1, tenant.value());
      statement.setObject(first + 2, id.value());
      return first + 3;
    }

    Outbox.Subject at(Route route) {
      return new Outbox.Subject(route.bucket(), tenant, id);
    }
  }

  @Override
  public CreateOutcome<Resource> create(TenantId tenant, String author, Values values) {
    Key key = new Key(tenant, ids.next());
    return transactions.write(
        "create",
        tenant.value(),
        new Write<>(
            (connection, route) ->
                new CreateOutcome.Created<>(creation(key, author, values).run(connection, route)),
            () -> new CreateOutcome.Unknown<>(key.id()),
            true));
  }

  @Override
  public CreateOutcome<Resource> create(
      TenantId tenant, String author, Values values, IdempotentRequest<Resource> request) {
    Key key = new Key(tenant, ids.next());
    Work<Once<Resource>> once =
        new IdempotentRequests<>(tenant, request).once(creation(key, author, values));
    return transactions.write(
        "create",
        tenant.value(),
        new Write<>(
            (connection, route) -> outcome(once.run(connection, route)),
            () -> new CreateOutcome.Unknown<>(key.id()),
            true));
  }

  private static CreateOutcome<Resource> outcome(Once<Resource> once) {
    return switch (once) {
      case Once.Done<Resource>(Resource made) -> new CreateOutcome.Created<>(made);
      case Once.Before<Resource>(Answer first) -> new CreateOutcome.Repeated<>(first);
      case Once.InProgress<Resource> ignored -> new CreateOutcome.InProgress<>();
      case Once.Reused<Resource> ignored -> new CreateOutcome.KeyReused<>();
    };
  }

  private Work<Resource> creation(Key key, String author, Values values) {
    return BrokenReferences.ofWritten(
        (connection, route) -> create(connection, route, key, author, values));
  }

  private Resource create(Connection connection, Route route, Key key, String author, Values values)
      throws SQLException {
    String change = outbox.recording(Verb.CREATED, sql.create());
    try (PreparedStatement statement = route.enter(connection, change)) {
      int at = key.bind(statement, Route.ENTER_PARAMETERS + 1, route);
      statement.setString(at++, author);
      at = ResourceRows.bind(statement, at, aggregate.fields(), values::plain);
      outbox.bind(statement, at, Verb.CREATED, key.at(route));
      ResultSet rows = Route.rows(statement);
      rows.next();
      return read(key.tenant(), rows);
    }
  }

  private Resource read(TenantId tenant, ResultSet row) throws SQLException {
    return ResourceRows.read(tenant, aggregate.fields(), row);
  }

  @Override
  public Optional<Resource> find(TenantId tenant, ResourceId id) {
    return transactions.read(
        "find",
        tenant.value(),
        (connection, route) -> {
          try (PreparedStatement statement = route.prepare(connection, sql.find())) {
            int at = new Key(tenant, id).bind(statement, 1, route);
            statement.setInt(at, route.bucket());
            statement.setLong(at + 1, route.epoch());
            ResultSet rows = statement.executeQuery();
            return rows.next() ? Optional.of(read(tenant, rows)) : Optional.empty();
          }
        });
  }

  @Override
  public Page<Resource> list(ResourceQuery query) {
    ListForm form = sql.form(query);
    return transactions.read(
        "list",
        query.tenant().value(),
        (connection, route) -> {
          try (PreparedStatement statement = route.prepare(connection, sql.list(form))) {
            bind(statement, route, query, form);
            return page(statement.executeQuery(), query);
          }
        });
  }

  private static void bind(
      PreparedStatement statement, Route route, ResourceQuery query, ListForm form)
      throws SQLException {
    int at = 1;
    statement.setInt(at++, route.bucket());
    statement.setString(at++, query.tenant().value());
    statement.setInt(at++, route.bucket());
    statement.setLong(at++, route.epoch());
    at = ResourceRows.bind(statement, at, form.filters(), query.filters()::plain);
    if (query.after().isPresent()) {
      Position after = query.after().get();
      if (after.rank().isPresent()) {
        statement.setLong(at++, after.rank().getAsLong());
      }
      statement.setObject(at++, after.id().value());
    }
    // One more than asked for tells whether there is a next page.
    statement.setInt(at, query.limit() + 1);
  }

  private Page<Resource> page(ResultSet rows, ResourceQuery query) throws SQLException {
    List<Resource> items = new ArrayList<>(query.limit());
    while (items.size() < query.limit() && rows.next()) {
      items.add(ResourceRows.read(query.tenant(), aggregate.listed(), rows));
    }
    boolean more = items.size() == query.limit() && rows.next();
    return new Page<>(
        items, more ? Optional.of(position(items.getLast(), query)) : Optional.empty());
  }

  private static Position position(Resource last, ResourceQuery query) {
    return new Position(
        last.id(),
        query.order().map(last::get).map(OptionalLong::of).orElseGet(OptionalLong::empty));
  }

  @Override
  public WriteOutcome<Resource> patch(
      TenantId tenant, ResourceId id, long expected, Changes changes) {
    if (changes.isEmpty()) {
      return find(tenant, id)
          .map(found -> unchanged(found, expected))
          .orElseGet(WriteOutcome.NotFound::new);
    }
    Key key = new Key(tenant, id);
    return transactions.write(
        "patch",
        tenant.value(),
        new Write<>(
            BrokenReferences.ofWritten(
                (connection, route) -> patch(connection, route, key, expected, changes)),
            WriteOutcome.Unknown::new,
            false));
  }

  private static WriteOutcome<Resource> unchanged(Resource found, long expected) {
    return found.version() == expected
        ? new WriteOutcome.Updated<>(found)
        : new WriteOutcome.VersionConflict<>(found.version());
  }

  private WriteOutcome<Resource> patch(
      Connection connection, Route route, Key key, long expected, Changes changes)
      throws SQLException {
    String change = outbox.recording(Verb.UPDATED, sql.patch(changes));
    try (PreparedStatement statement = route.enter(connection, change)) {
      int first = Route.ENTER_PARAMETERS + 1;
      int at = ResourceRows.bind(statement, first, changes.fields(), changes::plain);
      at = key.bind(statement, at, route);
      statement.setLong(at++, expected);
      outbox.bind(statement, at, Verb.UPDATED, key.at(route));
      ResultSet rows = Route.rows(statement);
      if (rows.next()) {
        return new WriteOutcome.Updated<>(read(key.tenant(), rows));
      }
    }
    return missed(connection, route, key, OptionalLong.of(expected));
  }

  @Override
  public WriteOutcome<Resource> delete(TenantId tenant, ResourceId id, OptionalLong expected) {
    Key key = new Key(tenant, id);
    return transactions.write(
        "delete",
        tenant.value(),
        new Write<>(
            BrokenReferences.ofDeleted(
                (connection, route) -> delete(connection, route, key, expected)),
            WriteOutcome.Unknown::new,
            false));
  }

  private WriteOutcome<Resource> delete(
      Connection connection, Route route, Key key, OptionalLong expected) throws SQLException {
    String change = outbox.recording(Verb.DELETED, sql.delete(expected.isPresent()));
    try (PreparedStatement statement = route.enter(connection, change)) {
      int at = key.bind(statement, Route.ENTER_PARAMETERS + 1, route);
      if (expected.isPresent()) {
        statement.setLong(at++, expected.getAsLong());
      }
      outbox.bind(statement, at, Verb.DELETED, key.at(route));
      ResultSet rows = Route.rows(statement);
      if (rows.next()) {
        return new WriteOutcome.Deleted<>(rows.getLong(1));
      }
    }
    return missed(connection, route, key, expected);
  }

  /**
   * Why a write matched no row; in its transaction, so still under the fence's lock.
   *
   * @throws SQLException if nothing is in its way: it came to the row out of order, and does not in
   *     another transaction
   */
  private WriteOutcome<Resource> missed(
      Connection connection, Route route, Key key, OptionalLong expected) throws SQLException {
    try (PreparedStatement statement = route.prepare(connection, sql.version())) {
      key.bind(statement, 1, route);
      ResultSet rows = statement.executeQuery();
      if (!rows.next()) {
        return new WriteOutcome.NotFound<>();
      }
      long version = rows.getLong(1);
      if (expected.orElse(version) == version) {
        throw new SQLTransactionRollbackException("written out of order", SERIALIZATION_FAILURE);
      }
      return new WriteOutcome.VersionConflict<>(version);
    }
  }
}
