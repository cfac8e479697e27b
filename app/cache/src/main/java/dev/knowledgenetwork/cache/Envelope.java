package dev.knowledgenetwork.cache;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What L2 stores under a key: a format byte, the version as 19 decimal digits (so that a script
 * compares two of them as text, exactly), a letter for value or tombstone, and the encoded value.
 *
 * @param version of the value, or of the change that a tombstone stands for
 * @param payload encoded value; empty for a tombstone
 * @param tombstone true where everything older than the version is void and no value is known
 */
record Envelope(long version, byte[] payload, boolean tombstone) {

  private static final byte FORMAT = 1;
  private static final int DIGITS = 19;
  private static final int HEADER = 1 + DIGITS + 1;

  static Envelope value(long version, byte[] payload) {
    return new Envelope(version, payload, false);
  }

  static Envelope tombstone(long version) {
    return new Envelope(version, new byte[0], true);
  }

  byte[] encode() {
    if (version < 0) {
      throw new IllegalArgumentException("a version is not negative");
    }
    byte[] bytes = new byte[HEADER + payload.length];
    bytes[0] = FORMAT;
    byte[] digits = Long.toString(version).getBytes(StandardCharsets.US_ASCII);
    Arrays.fill(bytes, 1, 1 + DIGITS - digits.length, (byte) '0');
    System.arraycopy(digits, 0, bytes, 1 + DIGITS - digits.length, digits.length);
    bytes[1 + DIGITS] = (byte) (tombstone ? 'T' : 'V');
    System.arraycopy(payload, 0, bytes, HEADER, payload.length);
    return bytes;
  }

  /**
   * Reads what {@link #encode} wrote; empty for anything else (another format, cut off, foreign).
   */
  static Optional<Envelope> decode(byte[] bytes) {
    if (bytes.length < HEADER || bytes[0] != FORMAT) {
      return Optional.empty();
    }
    byte kind = bytes[HEADER - 1];
    if (kind != 'T' && kind != 'V') {
      return Optional.empty();
    }
    try {
      long version = Long.parseLong(new String(bytes, 1, DIGITS, StandardCharsets.US_ASCII));
      byte[] payload = Arrays.copyOfRange(bytes, HEADER, bytes.length);
      return Optional.of(new Envelope(version, payload, kind == 'T'));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
