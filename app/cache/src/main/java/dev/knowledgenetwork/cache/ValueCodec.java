package dev.knowledgenetwork.cache;

/** Turns values into bytes for L2 and back. */
public interface ValueCodec<V> {

  /** Encodes a value. */
  byte[] encode(V value);

  /**
   * Decodes what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException if these bytes are no value (of this form): a miss, no failure
   */
  V decode(byte[] bytes);
}
