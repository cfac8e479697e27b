package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.Position;
import dev.knowledgenetwork.kernel.ResourceId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Text for "where the next page begins": a format byte, the last id seen, its rank where the list
 * is ordered by a field, and a digest of what makes the list (tenant, filters, order), so that a
 * cursor taken to another list is refused instead of skipping resources. No secret: who forges one
 * can only choose where in the own list to begin.
 */
final class Cursors {

  private static final byte BY_AGE = 1;
  private static final byte BY_FIELD = 2;
  private static final int DIGEST = 8;

  private Cursors() {}

  private static int length(byte format) {
    return 1 + (format == BY_FIELD ? 3 : 2) * Long.BYTES + DIGEST;
  }

  /**
   * The cursor at a place.
   *
   * @param list tells the list from all others; clients hold cursors, so it must not change
   */
  static String encode(Position last, List<String> list) {
    byte format = last.rank().isPresent() ? BY_FIELD : BY_AGE;
    ByteBuffer bytes = ByteBuffer.allocate(length(format)).put(format);
    bytes.putLong(last.id().value().getMostSignificantBits());
    bytes.putLong(last.id().value().getLeastSignificantBits());
    last.rank().ifPresent(bytes::putLong);
    bytes.put(digest(list));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * The place at which the page begins.
   *
   * @param list of the request
   * @param ordered whether by a field
   * @throws ProblemException if the text is no cursor or belongs to another list
   */
  static Position decode(String cursor, List<String> list, boolean ordered) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException e) {
      throw refused();
    }
    byte format = ordered ? BY_FIELD : BY_AGE;
    int length = length(format);
    if (bytes.length != length
        || bytes[0] != format
        || !Arrays.equals(bytes, length - DIGEST, length, digest(list), 0, DIGEST)) {
      throw refused();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).position(1);
    ResourceId id = new ResourceId(new UUID(buffer.getLong(), buffer.getLong()));
    return ordered ? new Position(id, OptionalLong.of(buffer.getLong())) : Position.at(id);
  }

  private static ProblemException refused() {
    return new ProblemException(
        ProblemType.INVALID_CURSOR,
        "Use the value of 'next' unchanged, with the same filters and order,"
            + " or begin without a cursor");
  }

  private static byte[] digest(List<String> list) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (String part : list) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        sha.update(bytes);
      }
      return Arrays.copyOf(sha.digest(), DIGEST);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
