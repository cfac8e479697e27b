package dev.knowledgenetwork.kernel;

import java.util.List;
import java.util.Map;
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
    TEXTS
  }

  /** The plain form of its values. */
  Shape shape();

  /**
   * The value that a plain form stands for; null where it stands for none.
   *
   * @param plain a string, a list, or anything else that a client may have sent
   */
  @Nullable V read(Object plain);

  /** The plain form of a value. */
  Object plain(V value);

  /** What {@link #read} asks for, for a person. */
  String rule();

  /**
   * Tells all that is wrong with a value.
   *
   * @param field its name
   */
  void check(String field, V value, List<Violation> found);

  /** What {@link #check} asks for, as far as JSON Schema has words for it. */
  Map<String, Object> bounds();
}
