package dev.knowledgenetwork.storage;

import dev.knowledgenetwork.domain.CreateDocument;
import dev.knowledgenetwork.domain.CreateOutcome;
import dev.knowledgenetwork.domain.Document;
import dev.knowledgenetwork.domain.DocumentId;
import dev.knowledgenetwork.domain.DocumentIds;
import dev.knowledgenetwork.domain.DocumentPage;
import dev.knowledgenetwork.domain.DocumentQuery;
import dev.knowledgenetwork.domain.DocumentRepository;
import dev.knowledgenetwork.domain.DocumentSummary;
import dev.knowledgenetwork.domain.PatchDocument;
import dev.knowledgenetwork.domain.TenantId;
import dev.knowledgenetwork.domain.WriteOutcome;
import dev.knowledgenetwork.storage.ShardTransactions.Write;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Documents in the shard of their tenant's bucket. A read is one round trip, a write two: fence and
 * statement together, then the commit.
 */
final class PostgresDocumentRepository implements DocumentRepository {
  private static final String KEY = " where bucket = ? and tenant_id = ? and id = ?";
  private static final int KEY_PARAMETERS = 3;

  /**
   * In a sub-select the check runs once, in the statement's snapshot, also where no row matches.
   */
  private static final String OWNED = " and (select kn.read(?, ?))";

  /**
   * An attempt after an unknown outcome may find its own row. Rewriting it makes the commit wait
   * for the standby once more, so the answer is as durable as a first one.
   */
  private static final String CREATE =
      "insert into documents as d"
          + " (bucket, tenant_id, id, title, content, status, collection, tags, author)"
          + " values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + " on conflict (bucket, tenant_id, id) do update set version = d.version"
          + " returning "
          + DocumentRows.DOCUMENT;

  private static final String FIND =
      "select "
          + DocumentRows.DOCUMENT
          + " from documents"
          + KEY
          + " and deleted_at is null"
          + OWNED;

  private static final String VERSION =
      "select version from documents" + KEY + " and deleted_at is null";

  private static final String DELETE =
      "update documents set version = version + 1, deleted_at = now()"
          + KEY
          + " and deleted_at is null";

  private final ShardTransactions transactions;
  private final DocumentIds ids;

  PostgresDocumentRepository(ShardTransactions transactions, DocumentIds ids) {
    this.transactions = transactions;
    this.ids = ids;
  }

  @Override
  public CreateOutcome create(CreateDocument command) {
    DocumentId id = ids.next();
    return transactions.write(
        "create",
        command.tenant().value(),
        new Write<>(
            (connection, route) -> create(connection, route, command, id),
            () -> new CreateOutcome.Unknown(id),
            true));
  }

  private static CreateOutcome create(
      Connection connection, Route route, CreateDocument command, DocumentId id)
      throws SQLException {
    try (PreparedStatement statement = route.enter(connection, CREATE)) {
      int at = key(statement, Route.ENTER_PARAMETERS + 1, route, command.tenant(), id);
      statement.setString(at++, command.title());
      statement.setString(at++, command.content());
      statement.setString(at++, command.status().name());
      statement.setString(at++, command.collection());
      statement.setArray(at++, DocumentRows.array(connection, command.tags()));
      statement.setString(at, command.author());
      ResultSet rows = Route.rows(statement);
      rows.next();
      return new CreateOutcome.Created(DocumentRows.document(command.tenant(), rows));
    }
  }

  @Override
  public Optional<Document> find(TenantId tenant, DocumentId id) {
    return transactions.read(
        "find",
        tenant.value(),
        (connection, route) -> {
          try (PreparedStatement statement = route.prepare(connection, FIND)) {
            int at = key(statement, 1, route, tenant, id);
            statement.setInt(at, route.bucket());
            statement.setLong(at + 1, route.epoch());
            ResultSet rows = statement.executeQuery();
            return rows.next()
                ? Optional.of(DocumentRows.document(tenant, rows))
                : Optional.empty();
          }
        });
  }

  @Override
  public DocumentPage list(DocumentQuery query) {
    return transactions.read(
        "list",
        query.tenant().value(),
        (connection, route) -> {
          try (PreparedStatement statement = route.prepare(connection, listSql(query))) {
            bindList(statement, route, query);
            return page(statement.executeQuery(), query.limit());
          }
        });
  }

  /** Only the filters in use, so that each combination has a plan with its own index. */
  private static String listSql(DocumentQuery query) {
    return "select "
        + DocumentRows.SUMMARY
        + " from documents where bucket = ? and tenant_id = ?"
        + OWNED
        + " and deleted_at is null"
        + (query.status().isPresent() ? " and status = ?" : "")
        + (query.collection().isPresent() ? " and collection = ?" : "")
        + (query.after().isPresent() ? " and id < ?" : "")
        + " order by id desc limit ?";
  }

  private static void bindList(PreparedStatement statement, Route route, DocumentQuery query)
      throws SQLException {
    int at = 1;
    statement.setInt(at++, route.bucket());
    statement.setString(at++, query.tenant().value());
    statement.setInt(at++, route.bucket());
    statement.setLong(at++, route.epoch());
    if (query.status().isPresent()) {
      statement.setString(at++, query.status().get().name());
    }
    if (query.collection().isPresent()) {
      statement.setString(at++, query.collection().get());
    }
    if (query.after().isPresent()) {
      statement.setObject(at++, query.after().get().value());
    }
    // One more than asked for tells whether there is a next page.
    statement.setInt(at, query.limit() + 1);
  }

  private static DocumentPage page(ResultSet rows, int limit) throws SQLException {
    List<DocumentSummary> items = new ArrayList<>(limit);
    while (items.size() < limit && rows.next()) {
      items.add(DocumentRows.summary(rows));
    }
    boolean more = items.size() == limit && rows.next();
    return new DocumentPage(items, more ? Optional.of(items.getLast().id()) : Optional.empty());
  }

  @Override
  public WriteOutcome patch(PatchDocument command) {
    if (command.isEmpty()) {
      return find(command.tenant(), command.id())
          .map(found -> unchanged(found, command.expectedVersion()))
          .orElseGet(WriteOutcome.NotFound::new);
    }
    return transactions.write(
        "patch",
        command.tenant().value(),
        new Write<>(
            (connection, route) -> patch(connection, route, command),
            WriteOutcome.Unknown::new,
            false));
  }

  private static WriteOutcome unchanged(Document found, long expected) {
    return found.version() == expected
        ? new WriteOutcome.Updated(found)
        : new WriteOutcome.VersionConflict(found.version());
  }

  private static WriteOutcome patch(Connection connection, Route route, PatchDocument command)
      throws SQLException {
    DocumentPatchStatement patch = new DocumentPatchStatement(command);
    try (PreparedStatement statement = route.enter(connection, patch.sql())) {
      int at = patch.bind(connection, statement, Route.ENTER_PARAMETERS + 1);
      at = key(statement, at, route, command.tenant(), command.id());
      statement.setLong(at, command.expectedVersion());
      ResultSet rows = Route.rows(statement);
      if (rows.next()) {
        return new WriteOutcome.Updated(DocumentRows.document(command.tenant(), rows));
      }
    }
    return missed(connection, route, command.tenant(), command.id());
  }

  @Override
  public WriteOutcome delete(TenantId tenant, DocumentId id, OptionalLong expectedVersion) {
    return transactions.write(
        "delete",
        tenant.value(),
        new Write<>(
            (connection, route) -> delete(connection, route, tenant, id, expectedVersion),
            WriteOutcome.Unknown::new,
            false));
  }

  private static WriteOutcome delete(
      Connection connection,
      Route route,
      TenantId tenant,
      DocumentId id,
      OptionalLong expectedVersion)
      throws SQLException {
    String sql =
        DELETE + (expectedVersion.isPresent() ? " and version = ?" : "") + " returning version";
    try (PreparedStatement statement = route.enter(connection, sql)) {
      int at = key(statement, Route.ENTER_PARAMETERS + 1, route, tenant, id);
      if (expectedVersion.isPresent()) {
        statement.setLong(at, expectedVersion.getAsLong());
      }
      ResultSet rows = Route.rows(statement);
      if (rows.next()) {
        return new WriteOutcome.Deleted(rows.getLong(1));
      }
    }
    return missed(connection, route, tenant, id);
  }

  /** Why a write matched no row; in its transaction, so still under the fence's lock. */
  private static WriteOutcome missed(
      Connection connection, Route route, TenantId tenant, DocumentId id) throws SQLException {
    try (PreparedStatement statement = route.prepare(connection, VERSION)) {
      key(statement, 1, route, tenant, id);
      ResultSet rows = statement.executeQuery();
      return rows.next()
          ? new WriteOutcome.VersionConflict(rows.getLong(1))
          : new WriteOutcome.NotFound();
    }
  }

  private static int key(
      PreparedStatement statement, int first, Route route, TenantId tenant, DocumentId id)
      throws SQLException {
    statement.setInt(first, route.bucket());
    statement.setString(first + 1, tenant.value());
    statement.setObject(first + 2, id.value());
    return first + KEY_PARAMETERS;
  }
}
