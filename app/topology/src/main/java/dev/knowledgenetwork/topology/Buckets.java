package dev.knowledgenetwork.topology;

/**
 * Which bucket a sharding key belongs to: {@code murmur3_x64_128(utf8(key), seed 0)}, first eight
 * bytes as an unsigned little-endian number, modulo the number of buckets.
 *
 * <p>Rows in the database carry the result, so it never changes; the published vectors are in the
 * tests' resource {@code bucket-vectors.csv}.
 *
 * @param count number of buckets, 1 to 65536; immutable for the life of a ShardSet
 */
public record Buckets(int count) {
  /** The most buckets a ShardSet may have. */
  public static final int MAXIMUM = 65_536;

  /** Refuses a count outside 1 to {@value #MAXIMUM}. */
  public Buckets {
    if (count < 1 || count > MAXIMUM) {
      throw new IllegalArgumentException("buckets must be 1 to " + MAXIMUM + ": " + count);
    }
  }

  /**
   * Bucket of a key, 0 to {@code count - 1}. Cost: linear in the key, about 20 ns for a short one;
   * allocates nothing.
   *
   * @throws IllegalArgumentException if the key is empty: a row without a key has no place
   */
  public int of(CharSequence key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("the sharding key is empty");
    }
    return (int) Long.remainderUnsigned(Murmur3.hash(key), count);
  }
}
