package dev.knowledgenetwork.storage;

import dev.knowledgenetwork.domain.Document;
import dev.knowledgenetwork.domain.DocumentId;
import dev.knowledgenetwork.domain.DocumentStatus;
import dev.knowledgenetwork.domain.DocumentSummary;
import dev.knowledgenetwork.domain.TenantId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;

/** Rows of the table {@code documents} as values. */
final class DocumentRows {
  /** Columns of {@link #summary}, in any order. */
  static final String SUMMARY =
      "id, title, status, collection, tags, author, version, created_at, updated_at";

  /** Columns of {@link #document}, in any order. */
  static final String DOCUMENT = SUMMARY + ", content";

  private DocumentRows() {}

  static Document document(TenantId tenant, ResultSet row) throws SQLException {
    return new Document(
        id(row),
        tenant,
        row.getString("title"),
        row.getString("content"),
        DocumentStatus.valueOf(row.getString("status")),
        row.getString("collection"),
        tags(row),
        row.getString("author"),
        row.getLong("version"),
        instant(row, "created_at"),
        instant(row, "updated_at"));
  }

  static DocumentSummary summary(ResultSet row) throws SQLException {
    return new DocumentSummary(
        id(row),
        row.getString("title"),
        DocumentStatus.valueOf(row.getString("status")),
        row.getString("collection"),
        tags(row),
        row.getString("author"),
        row.getLong("version"),
        instant(row, "created_at"),
        instant(row, "updated_at"));
  }

  /** Tags as an SQL array. */
  static Array array(Connection connection, List<String> tags) throws SQLException {
    return connection.createArrayOf("text", tags.toArray());
  }

  private static DocumentId id(ResultSet row) throws SQLException {
    return new DocumentId(row.getObject("id", UUID.class));
  }

  private static List<String> tags(ResultSet row) throws SQLException {
    return List.of((String[]) row.getArray("tags").getArray());
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
