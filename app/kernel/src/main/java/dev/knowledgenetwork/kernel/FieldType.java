package dev.knowledgenetwork.kernel;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the values of a field are and what they must fulfil. Stored, cached and sent values have a
 * plain form, which all adapters understand.
 *
 * @param <V> a value
 */
public interface FieldType<V> {

  /** Plain forms. */
  enum Shape {
    /** A {@link String}. */
    TEXT,
    /** A {@link List} of strings. */
    TEXTS,
    /** A {@link Long}. */
    NUMBER,
    /** A {@link String}: the canonical form of a UUID. */
    ID
  }

  /** The plain form of its values. */
  Shape shape();

  /**
   * The value that a plain form stands for; null where it stands for none.
   *
   * @param plain a string, a list, a number, or anything else that a client may have sent
   */
  @Nullable V read(Object plain);

  /** The plain form of a value. */
  Object plain(V value);

  /**
   * The one form of all values that a person takes for the same. What comes from outside is brought
   * into it before it is checked, stored or compared.
   */
  default V normal(V value) {
    return value;
  }

  /** The plural of the kind that its values refer to; empty where they are no references. */
  default Optional<String> refersTo() {
    return Optional.empty();
  }

  /** What {@link #read} asks for, for a person. */
  String rule();

  /**
   * Tells all that is wrong with a value.
   *
   * @param field its name
   */
  void check(String field, V value, List<Violation> found);

  /**
   * What {@link #check} asks for, as far as JSON Schema has words for it: by these words; under
   * {@code items} those of the items of a list.
   */
  Map<String, Object> bounds();
}
