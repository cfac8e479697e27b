package dev.knowledgenetwork.cache;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * What L2 stores under a key: a format byte, the version as 19 decimal digits (so that a script
 * compares two of them as text, exactly), a letter for value or tombstone; of a value also its
 * whole life in milliseconds as 13 digits, which with the time that is left says how old it is, by
 * the server's clock alone; and the encoded value.
 *
 * @param version of the value, or of the change that a tombstone stands for
 * @param life of the value since it was read from the source; zero for a tombstone
 * @param payload encoded value; empty for a tombstone
 * @param tombstone true where everything older than the version is void and no value is known
 */
record Envelope(long version, Duration life, byte[] payload, boolean tombstone) {

  private static final byte FORMAT = 2;
  private static final int DIGITS = 19;
  private static final int HEADER = 1 + DIGITS + 1;
  private static final int LIFE_DIGITS = 13;

  static Envelope value(long version, Duration life, byte[] payload) {
    return new Envelope(version, life, payload, false);
  }

  static Envelope tombstone(long version) {
    return new Envelope(version, Duration.ZERO, new byte[0], true);
  }

  byte[] encode() {
    if (version < 0) {
      throw new IllegalArgumentException("a version is not negative");
    }
    int header = tombstone ? HEADER : HEADER + LIFE_DIGITS;
    byte[] bytes = new byte[header + payload.length];
    bytes[0] = FORMAT;
    digits(version, bytes, 1, DIGITS);
    bytes[1 + DIGITS] = (byte) (tombstone ? 'T' : 'V');
    if (!tombstone) {
      digits(life.toMillis(), bytes, HEADER, LIFE_DIGITS);
    }
    System.arraycopy(payload, 0, bytes, header, payload.length);
    return bytes;
  }

  private static void digits(long number, byte[] bytes, int from, int count) {
    byte[] digits = Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    Arrays.fill(bytes, from, from + count - digits.length, (byte) '0');
    System.arraycopy(digits, 0, bytes, from + count - digits.length, digits.length);
  }

  /**
   * Reads what {@link #encode} wrote; empty for anything else (another format, cut off, foreign).
   */
  static Optional<Envelope> decode(byte[] bytes) {
    if (bytes.length < HEADER || bytes[0] != FORMAT) {
      return Optional.empty();
    }
    try {
      return switch (bytes[HEADER - 1]) {
        case 'T' -> Optional.of(tombstone(number(bytes, 1, DIGITS)));
        case 'V' -> Optional.of(value(bytes));
        default -> Optional.empty();
      };
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static Envelope value(byte[] bytes) {
    return value(
        number(bytes, 1, DIGITS),
        Duration.ofMillis(number(bytes, HEADER, LIFE_DIGITS)),
        Arrays.copyOfRange(bytes, HEADER + LIFE_DIGITS, bytes.length));
  }

  private static long number(byte[] bytes, int from, int count) {
    return Long.parseLong(new String(bytes, from, count, StandardCharsets.US_ASCII));
  }
}
