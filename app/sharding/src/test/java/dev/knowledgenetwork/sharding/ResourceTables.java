package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.sharding.ResourceStatements.ListForm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Table;

/** What the statements of resources ask of a table, held against one. */
public final class ResourceTables {

  private ResourceTables() {}

  /** All that keeps a table from holding the resources of a kind. */
  public static List<String> faults(Aggregate aggregate, Table<?> table) {
    ResourceColumns columns = new ResourceColumns(aggregate.plural());
    Map<String, DataType<?>> asked = new HashMap<>();
    List<Field<?>> key = List.of(columns.bucket(), columns.tenant(), columns.id());
    key.forEach(column -> ask(asked, column, false));
    List.of(columns.author(), columns.version(), columns.createdAt(), columns.updatedAt())
        .forEach(column -> ask(asked, column, false));
    ask(asked, columns.deletedAt(), true);
    aggregate.fields().forEach(field -> ask(asked, columns.of(field), field.mayBeEmpty()));

    List<String> faults = new ArrayList<>();
    if (!table.getName().equals(aggregate.plural())) {
      faults.add("the table is called " + table.getName());
    }
    if (!names(table.getPrimaryKey().getFields()).equals(names(key))) {
      faults.add("the primary key is " + names(table.getPrimaryKey().getFields()));
    }
    asked.forEach((name, type) -> compare(name, type, table.field(name), faults));
    for (Field<?> column : table.fields()) {
      DataType<?> type = column.getDataType();
      if (!asked.containsKey(column.getName()) && !type.nullable() && !type.defaulted()) {
        faults.add(column.getName() + " is not known and must be given");
      }
    }
    return faults;
  }

  /** The statements of all lists of a kind, by what they are narrowed, ordered and continued by. */
  public static Map<String, String> lists(Aggregate aggregate) {
    ResourceStatements sql = new ResourceStatements(aggregate);
    List<Optional<dev.knowledgenetwork.kernel.Field<Long>>> orders = new ArrayList<>();
    orders.add(Optional.empty());
    aggregate.orders().forEach(order -> orders.add(Optional.of(order)));
    Map<String, String> statements = new HashMap<>();
    for (List<dev.knowledgenetwork.kernel.Field<?>> filters : subsets(aggregate.filters())) {
      for (Optional<dev.knowledgenetwork.kernel.Field<Long>> order : orders) {
        for (List<dev.knowledgenetwork.kernel.Field<?>> empty : subsets(references(filters))) {
          for (boolean continued : new boolean[] {false, true}) {
            ListForm form = new ListForm(without(filters, empty), empty, order, continued);
            statements.put(aggregate.plural() + " " + form, sql.list(form));
          }
        }
      }
    }
    return statements;
  }

  private static List<dev.knowledgenetwork.kernel.Field<?>> references(
      List<dev.knowledgenetwork.kernel.Field<?>> filters) {
    return filters.stream().filter(dev.knowledgenetwork.kernel.Field::isReference).toList();
  }

  private static <T> List<T> without(List<T> all, List<T> some) {
    return all.stream().filter(each -> !some.contains(each)).toList();
  }

  private static <T> List<List<T>> subsets(List<T> all) {
    List<List<T>> subsets = new ArrayList<>();
    subsets.add(List.of());
    for (T each : all) {
      for (List<T> without : List.copyOf(subsets)) {
        List<T> with = new ArrayList<>(without);
        with.add(each);
        subsets.add(List.copyOf(with));
      }
    }
    return subsets;
  }

  private static void ask(Map<String, DataType<?>> asked, Field<?> column, boolean nullable) {
    asked.put(column.getName(), column.getDataType().nullable(nullable));
  }

  private static void compare(
      String name, DataType<?> asked, Field<?> column, List<String> faults) {
    if (column == null) {
      faults.add(name + " is missing");
      return;
    }
    if (!column.getType().equals(asked.getType())) {
      faults.add(name + " is " + column.getType() + ", not " + asked.getType());
    }
    if (column.getDataType().nullable() != asked.nullable()) {
      faults.add(name + (asked.nullable() ? " must be nullable" : " must not be nullable"));
    }
  }

  private static List<String> names(List<? extends Field<?>> fields) {
    return fields.stream().map(Field::getName).toList();
  }
}
