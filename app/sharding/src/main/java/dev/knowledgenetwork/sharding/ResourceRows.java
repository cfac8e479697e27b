package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.FieldType;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Resources as rows: each field is a column of its name, beside those that all tables have. */
final class ResourceRows {

  private ResourceRows() {}

  /** Select list of what {@link #read} reads. */
  static String columns(List<Field<?>> fields) {
    return "id, " + names(fields) + ", author, version, created_at, updated_at";
  }

  /** Names of columns, separated by commas. */
  static String names(Collection<Field<?>> fields) {
    return fields.stream().map(Field::name).collect(Collectors.joining(", "));
  }

  /** The resource in a row, with these fields. */
  static Resource read(TenantId tenant, List<Field<?>> fields, ResultSet row) throws SQLException {
    Values values = Values.NONE;
    for (Field<?> field : fields) {
      values = values.withPlain(field, plain(field, row));
    }
    return new Resource(
        new ResourceId(row.getObject("id", UUID.class)),
        tenant,
        values,
        row.getString("author"),
        row.getLong("version"),
        instant(row, "created_at"),
        instant(row, "updated_at"));
  }

  private static @Nullable Object plain(Field<?> field, ResultSet row) throws SQLException {
    return switch (field.type().shape()) {
      case TEXT -> row.getString(field.name());
      case TEXTS -> {
        Array texts = row.getArray(field.name());
        yield texts == null ? null : List.of((String[]) texts.getArray());
      }
    };
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  /**
   * Sets values of columns from a parameter on.
   *
   * @param plain gives the plain form of a field's value
   * @return the parameter after the last
   */
  static int bind(
      PreparedStatement statement,
      int first,
      Collection<Field<?>> fields,
      Function<Field<?>, @Nullable Object> plain)
      throws SQLException {
    int at = first;
    for (Field<?> field : fields) {
      bind(statement, at++, field, plain.apply(field));
    }
    return at;
  }

  private static void bind(
      PreparedStatement statement, int at, Field<?> field, @Nullable Object plain)
      throws SQLException {
    boolean texts = field.type().shape() == FieldType.Shape.TEXTS;
    switch (plain) {
      case null -> statement.setNull(at, texts ? Types.ARRAY : Types.VARCHAR);
      case List<?> items -> {
        Connection connection = statement.getConnection();
        statement.setArray(at, connection.createArrayOf("text", items.toArray()));
      }
      default -> statement.setString(at, plain.toString());
    }
  }
}
