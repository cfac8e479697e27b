package dev.knowledgenetwork.topology;

/**
 * MurmurHash3 x64 128 with seed 0 over the UTF-8 form of a text, first 64 bits only.
 *
 * <p>The text is encoded while it is hashed, so a call allocates nothing. Unpaired surrogates count
 * as {@code ?}, as in {@link String#getBytes(java.nio.charset.Charset)}.
 */
final class Murmur3 {
  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;
  private static final int BLOCK = 16;

  private Murmur3() {}

  /** First eight bytes of the digest as a little-endian number. Cost: linear, no allocation. */
  static long hash(CharSequence text) {
    long h1 = 0;
    long h2 = 0;
    long k1 = 0;
    long k2 = 0;
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      int scalar = unit;
      if (Character.isSurrogate(unit)) {
        boolean pair =
            Character.isHighSurrogate(unit)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        scalar = pair ? Character.toCodePoint(unit, text.charAt(++i)) : '?';
      }
      int size = scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4;
      for (int n = 0; n < size; n++) {
        long octet = utf8(scalar, size, n);
        int at = length % BLOCK;
        if (at < 8) {
          k1 |= octet << (8 * at);
        } else {
          k2 |= octet << (8 * (at - 8));
        }
        length++;
        if (length % BLOCK == 0) {
          h1 = (Long.rotateLeft(h1 ^ mixFirst(k1), 27) + h2) * 5 + 0x52dce729;
          h2 = (Long.rotateLeft(h2 ^ mixSecond(k2), 31) + h1) * 5 + 0x38495ab5;
          k1 = 0;
          k2 = 0;
        }
      }
    }
    // An empty tail mixes zero, which leaves the state as it is.
    h1 ^= mixFirst(k1);
    h2 ^= mixSecond(k2);
    h1 ^= length;
    h2 ^= length;
    h1 += h2;
    h2 += h1;
    return finish(h1) + finish(h2);
  }

  private static long utf8(int scalar, int size, int n) {
    if (size == 1) {
      return scalar;
    }
    int bits = scalar >>> (6 * (size - 1 - n));
    if (n > 0) {
      return 0x80 | bits & 0x3f;
    }
    return switch (size) {
      case 2 -> 0xc0 | bits;
      case 3 -> 0xe0 | bits;
      default -> 0xf0 | bits;
    };
  }

  private static long mixFirst(long k) {
    return Long.rotateLeft(k * C1, 31) * C2;
  }

  private static long mixSecond(long k) {
    return Long.rotateLeft(k * C2, 33) * C1;
  }

  private static long finish(long h) {
    long x = h;
    x = (x ^ x >>> 33) * 0xff51afd7ed558ccdL;
    x = (x ^ x >>> 33) * 0xc4ceb9fe1a85ec53L;
    return x ^ x >>> 33;
  }
}
