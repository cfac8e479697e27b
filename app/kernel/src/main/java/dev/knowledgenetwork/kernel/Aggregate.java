package dev.knowledgenetwork.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * All that the platform must know of a kind of resource to store, cache, serve and describe it.
 *
 * @param noun what one is called, in lower case; also the data class of the cache
 * @param plural what several are called; also the table, and the last part of the path
 * @param fields in the order of its bodies
 * @param unlisted fields that lists leave out, because they would make a page megabytes long
 * @param filters fields by which a list can be narrowed, each with an index that serves it
 * @param orders fields by which a list can be ordered, each with an index that serves it; listed
 *     and never empty
 * @param largestBody most bytes of a request's body: room for all that its fields may hold where
 *     each byte of it is written as an escape of six
 */
public record Aggregate(
    String noun,
    String plural,
    List<Field<?>> fields,
    List<Field<?>> unlisted,
    List<Field<?>> filters,
    List<Field<Long>> orders,
    int largestBody) {

  /** Keeps unmodifiable copies of the lists, and refuses fields that cannot be what they are in. */
  public Aggregate {
    fields = List.copyOf(fields);
    unlisted = List.copyOf(unlisted);
    filters = List.copyOf(filters);
    orders = List.copyOf(orders);
    for (Field<Long> order : orders) {
      if (order.mayBeEmpty() || unlisted.contains(order)) {
        throw new IllegalArgumentException(
            "an order must be listed and never empty: " + order.name());
      }
    }
    for (Field<?> field : fields) {
      if (field.isReference() && !field.mayBeEmpty()) {
        throw new IllegalArgumentException(
            "a reference must be optional, since deletion drops it: " + field.name());
      }
    }
  }

  /** Fields that lists show. */
  public List<Field<?>> listed() {
    return fields.stream().filter(field -> !unlisted.contains(field)).toList();
  }

  /** Fields that refer to resources; all of them may be empty. */
  public List<Field<?>> references() {
    return fields.stream().filter(Field::isReference).toList();
  }

  /** All that is wrong with the values that are there. */
  public List<Violation> violations(Values values) {
    List<Violation> found = new ArrayList<>();
    fields.forEach(field -> check(field, values, found));
    return List.copyOf(found);
  }

  private static <V> void check(Field<V> field, Values values, List<Violation> found) {
    values.find(field).ifPresent(value -> field.type().check(field.name(), value, found));
  }

  /** All that is wrong with a patch. */
  public List<Violation> violations(Changes changes) {
    List<Violation> found = new ArrayList<>();
    fields.forEach(field -> check(field, changes, found));
    return List.copyOf(found);
  }

  private static <V> void check(Field<V> field, Changes changes, List<Violation> found) {
    switch (changes.of(field)) {
      case Change.Keep<V> ignored -> {}
      case Change.Replace<V>(V value) -> field.type().check(field.name(), value, found);
      case Change.Clear<V> ignored -> {
        if (!field.mayBeEmpty()) {
          found.add(new Violation(field.name(), "must not be null"));
        }
      }
    }
  }
}
