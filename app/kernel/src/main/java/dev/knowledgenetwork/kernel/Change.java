package dev.knowledgenetwork.kernel;

/**
 * What a merge patch says of one field.
 *
 * @param <T> type of the field
 */
public sealed interface Change<T> {

  /** The field stays as it is: absent from the patch. */
  record Keep<T>() implements Change<T> {}

  /** The field gets a value. */
  record Replace<T>(T value) implements Change<T> {}

  /** The field is emptied: null in the patch. */
  record Clear<T>() implements Change<T> {}

  /** The field stays as it is. */
  static <T> Change<T> keep() {
    return new Keep<>();
  }

  /** The field gets a value. */
  static <T> Change<T> to(T value) {
    return new Replace<>(value);
  }

  /** The field is emptied. */
  static <T> Change<T> clear() {
    return new Clear<>();
  }
}
