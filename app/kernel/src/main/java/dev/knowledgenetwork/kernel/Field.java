package dev.knowledgenetwork.kernel;

/**
 * A field of a resource; a constant of its capability, by which its values are typed.
 *
 * @param name in bodies, and of the column
 * @param type of its values
 * @param presence whether it may be absent
 * @param <V> a value
 */
public record Field<V>(String name, FieldType<V> type, Presence<V> presence) {

  /**
   * What a field is where nothing is said of it.
   *
   * @param <V> a value
   */
  public sealed interface Presence<V> {

    /** It must be given. */
    record Required<V>() implements Presence<V> {}

    /** It has this value. */
    record Default<V>(V value) implements Presence<V> {}

    /** It is empty, and may be emptied again. */
    record Optional<V>() implements Presence<V> {}
  }

  /** A field that a new resource must have. */
  public static <V> Field<V> required(String name, FieldType<V> type) {
    return new Field<>(name, type, new Presence.Required<>());
  }

  /** A field that a new resource has anyway. */
  public static <V> Field<V> withDefault(String name, FieldType<V> type, V value) {
    return new Field<>(name, type, new Presence.Default<>(value));
  }

  /** A field that may be empty. */
  public static <V> Field<V> optional(String name, FieldType<V> type) {
    return new Field<>(name, type, new Presence.Optional<>());
  }

  /** Whether a resource may be without a value. */
  public boolean mayBeEmpty() {
    return presence instanceof Presence.Optional;
  }

  /** Whether its values are ids of resources. */
  public boolean isReference() {
    return type.refersTo().isPresent();
  }
}
