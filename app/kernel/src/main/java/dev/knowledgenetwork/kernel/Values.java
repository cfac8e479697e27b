package dev.knowledgenetwork.kernel;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Values of fields; a field without one is empty. Immutable. */
public final class Values {

  /** No values. */
  public static final Values NONE = new Values(Map.of());

  private final Map<Field<?>, Object> values;

  private Values(Map<Field<?>, Object> values) {
    this.values = values;
  }

  /** These values and one more, in place of what the field had; null empties the field. */
  public <V> Values with(Field<V> field, @Nullable V value) {
    Map<Field<?>, Object> more = new LinkedHashMap<>(values);
    if (value == null) {
      more.remove(field);
    } else {
      more.put(field, value);
    }
    return new Values(Collections.unmodifiableMap(more));
  }

  /** Values of many fields, without a copy for each. */
  public static Builder builder() {
    return new Builder();
  }

  /** The value of a field that has one. */
  public <V> V get(Field<V> field) {
    return find(field).orElseThrow(() -> new NoSuchElementException("no " + field.name()));
  }

  /** The value of a field that may be empty. */
  @SuppressWarnings("unchecked") // Only with() puts values, each under a field of its type.
  public <V> Optional<V> find(Field<V> field) {
    return Optional.ofNullable((V) values.get(field));
  }

  /** The plain form of a value; null where the field is empty. */
  public <V> @Nullable Object plain(Field<V> field) {
    return find(field).map(field.type()::plain).orElse(null);
  }

  /** Fields that have a value, in the order in which they were given one. */
  public Set<Field<?>> fields() {
    return values.keySet();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Values that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "Values of " + values.keySet().stream().map(Field::name).toList();
  }

  /** Collects values. Not thread-safe; used once. */
  public static final class Builder {
    private final Map<Field<?>, Object> values = new LinkedHashMap<>();

    private Builder() {}

    /**
     * One more value, from its plain form; null leaves the field empty.
     *
     * @throws IllegalArgumentException if it stands for none
     */
    public <V> Builder plain(Field<V> field, @Nullable Object plain) {
      if (plain != null) {
        V value = field.type().read(plain);
        if (value == null) {
          throw new IllegalArgumentException("no value of the field " + field.name());
        }
        values.put(field, value);
      }
      return this;
    }

    /** The values. */
    public Values build() {
      return new Values(Collections.unmodifiableMap(values));
    }
  }
}
