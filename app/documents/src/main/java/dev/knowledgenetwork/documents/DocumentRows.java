package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.sharding.TableMapping;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;

/** Rows of the table {@value #TABLE} as values. */
final class DocumentRows {
  static final String TABLE = "documents";

  private static final String SUMMARY =
      "id, title, status, collection, tags, author, version, created_at, updated_at";

  static final TableMapping<Document, DocumentSummary> MAPPING =
      new TableMapping<>(
          TABLE,
          SUMMARY + ", content",
          DocumentRows::document,
          Document::version,
          new TableMapping.Items<>(SUMMARY, DocumentRows::summary));

  private DocumentRows() {}

  private static Document document(TenantId tenant, ResultSet row) throws SQLException {
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

  private static DocumentSummary summary(TenantId tenant, ResultSet row) throws SQLException {
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

  private static ResourceId id(ResultSet row) throws SQLException {
    return new ResourceId(row.getObject("id", UUID.class));
  }

  private static List<String> tags(ResultSet row) throws SQLException {
    return List.of((String[]) row.getArray("tags").getArray());
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
