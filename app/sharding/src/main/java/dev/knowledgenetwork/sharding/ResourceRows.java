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
import org.jspecify.annotations.Nullable;

/** Resources as rows: values to parameters, columns to values. */
final class ResourceRows {

  private ResourceRows() {}

  /** The resource in a row of {@link ResourceColumns#read}. */
  static Resource read(TenantId tenant, List<Field<?>> fields, ResultSet row) throws SQLException {
    int at = 1;
    ResourceId id = new ResourceId(row.getObject(at++, UUID.class));
    Values.Builder values = Values.builder();
    for (Field<?> field : fields) {
      values.plain(field, plain(field, row, at++));
    }
    return new Resource(
        id,
        tenant,
        values.build(),
        row.getString(at++),
        row.getLong(at++),
        instant(row, at++),
        instant(row, at));
  }

  private static @Nullable Object plain(Field<?> field, ResultSet row, int at) throws SQLException {
    return switch (field.type().shape()) {
      case TEXT -> row.getString(at);
      case TEXTS -> {
        Array texts = row.getArray(at);
        yield texts == null ? null : List.of((String[]) texts.getArray());
      }
      case NUMBER -> row.getObject(at, Long.class);
      case ID -> row.getString(at);
    };
  }

  private static Instant instant(ResultSet row, int at) throws SQLException {
    return row.getObject(at, OffsetDateTime.class).toInstant();
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
    FieldType.Shape shape = field.type().shape();
    switch (plain) {
      case null -> statement.setNull(at, type(shape));
      case List<?> items -> {
        Connection connection = statement.getConnection();
        statement.setArray(at, connection.createArrayOf("text", items.toArray()));
      }
      case Long number -> statement.setLong(at, number);
      default -> {
        String text = plain.toString();
        statement.setObject(at, shape == FieldType.Shape.ID ? UUID.fromString(text) : text);
      }
    }
  }

  private static int type(FieldType.Shape shape) {
    return switch (shape) {
      case TEXT -> Types.VARCHAR;
      case TEXTS -> Types.ARRAY;
      case NUMBER -> Types.BIGINT;
      case ID -> Types.OTHER;
    };
  }
}
