package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.FieldType.Shape;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Param;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;

/**
 * A table of resources. Beside a column for each field of its kind it has those of this class.
 *
 * @param name the plural of the kind
 */
record ResourceColumns(String name) {
  private static final DayToSecond LONGER_THAN_ANY_WRITE = DayToSecond.valueOf(Duration.ofHours(1));

  /** The rows of all. */
  Table<?> table() {
    return DSL.table(DSL.name(name));
  }

  /** What moves between shards; leads the primary key. */
  Field<Integer> bucket() {
    return column("bucket", SQLDataType.INTEGER);
  }

  /** Whose it is; follows in the primary key. */
  Field<String> tenant() {
    return column("tenant_id", SQLDataType.CLOB);
  }

  /** Ends the primary key. */
  Field<UUID> id() {
    return column("id", SQLDataType.UUID);
  }

  /** Who created it. */
  Field<String> author() {
    return column("author", SQLDataType.CLOB);
  }

  /** 1 by default, one more with each change. */
  Field<Long> version() {
    return column("version", SQLDataType.BIGINT);
  }

  /** When it was created; now by default. */
  Field<OffsetDateTime> createdAt() {
    return column("created_at", SQLDataType.TIMESTAMPWITHTIMEZONE);
  }

  /** When it was last changed; now by default. */
  Field<OffsetDateTime> updatedAt() {
    return column("updated_at", SQLDataType.TIMESTAMPWITHTIMEZONE);
  }

  /** When it was deleted; null as long as it lives. */
  Field<OffsetDateTime> deletedAt() {
    return column("deleted_at", SQLDataType.TIMESTAMPWITHTIMEZONE);
  }

  /**
   * That the row was not written by a transaction with a later number than this one's. One that has
   * to wait for a row can get it after another that began later; its event would be read before the
   * other's. Numbers that wrap around are told from later ones by the time of the change.
   */
  Condition inOrder() {
    return DSL.condition("age(xmin) >= 0")
        .or(updatedAt().lt(DSL.currentOffsetDateTime().minus(DSL.inline(LONGER_THAN_ANY_WRITE))));
  }

  /** The column of a field; that of a reference is called as an id is. */
  Field<?> of(dev.knowledgenetwork.kernel.Field<?> field) {
    boolean reference = field.isReference();
    return column(reference ? field.name() + "_id" : field.name(), type(field.type().shape()));
  }

  /** The column of a field by which lists are ordered. */
  Field<Long> rank(dev.knowledgenetwork.kernel.Field<Long> field) {
    return column(field.name(), SQLDataType.BIGINT);
  }

  /** What {@link ResourceRows#read} reads, in its order. */
  List<Field<?>> read(Collection<dev.knowledgenetwork.kernel.Field<?>> fields) {
    List<Field<?>> columns = new ArrayList<>();
    columns.add(id());
    fields.forEach(field -> columns.add(of(field)));
    columns.addAll(List.of(author(), version(), createdAt(), updatedAt()));
    return columns;
  }

  /** A parameter for a value of a column. */
  static <T> Param<T> parameter(Field<T> column) {
    return DSL.val(null, column.getDataType());
  }

  /** That a column has the value of a parameter. */
  static <T> Condition given(Field<T> column) {
    return column.eq(parameter(column));
  }

  /** The type of the column in which a field of a shape is stored. */
  static DataType<?> type(Shape shape) {
    return switch (shape) {
      case TEXT -> SQLDataType.CLOB;
      case TEXTS -> SQLDataType.CLOB.array();
      case NUMBER -> SQLDataType.BIGINT;
      case ID -> SQLDataType.UUID;
    };
  }

  private <T> Field<T> column(String column, DataType<T> type) {
    return DSL.field(DSL.name(name, column), type);
  }
}
