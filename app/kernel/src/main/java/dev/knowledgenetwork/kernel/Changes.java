package dev.knowledgenetwork.kernel;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a merge patch (RFC 7396) says of fields; those it does not name are kept. Immutable. */
public final class Changes {

  /** Nothing changes; the version is checked all the same. */
  public static final Changes NONE = new Changes(Map.of());

  private final Map<Field<?>, Change<?>> changes;

  private Changes(Map<Field<?>, Change<?>> changes) {
    this.changes = changes;
  }

  /** These changes and one more. */
  public <V> Changes with(Field<V> field, Change<V> change) {
    if (change instanceof Change.Keep) {
      return this;
    }
    Map<Field<?>, Change<?>> more = new LinkedHashMap<>(changes);
    more.put(field, change);
    return new Changes(Collections.unmodifiableMap(more));
  }

  /** What is said of a field. */
  @SuppressWarnings("unchecked") // Only with() puts changes, each under a field of its type.
  public <V> Change<V> of(Field<V> field) {
    return (Change<V>) changes.getOrDefault(field, Change.keep());
  }

  /** The plain form that a field gets; null where it is emptied. */
  public <V> @Nullable Object plain(Field<V> field) {
    return of(field) instanceof Change.Replace<V>(V value) ? field.type().plain(value) : null;
  }

  /** Fields that change. */
  public Set<Field<?>> fields() {
    return changes.keySet();
  }

  /** True if every field is kept. */
  public boolean isEmpty() {
    return changes.isEmpty();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Changes that && changes.equals(that.changes);
  }

  @Override
  public int hashCode() {
    return changes.hashCode();
  }

  @Override
  public String toString() {
    return "Changes of " + changes.keySet().stream().map(Field::name).toList();
  }
}
