package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.ResourceId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * Text for "where the next page begins": a format byte, the last id seen, and a digest of what
 * makes the list (tenant and filters), so that a cursor taken to another list is refused instead of
 * skipping resources. No secret: who forges one can only choose where in the own list to begin.
 */
final class Cursors {

  private static final byte FORMAT = 1;
  private static final int DIGEST = 8;
  private static final int LENGTH = 1 + 2 * Long.BYTES + DIGEST;

  private Cursors() {}

  /**
   * The cursor after this resource.
   *
   * @param list tells the list from all others; clients hold cursors, so it must not change
   */
  static String encode(ResourceId last, List<String> list) {
    ByteBuffer bytes = ByteBuffer.allocate(LENGTH).put(FORMAT);
    bytes.putLong(last.value().getMostSignificantBits());
    bytes.putLong(last.value().getLeastSignificantBits());
    bytes.put(digest(list));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * The resource after which the page begins.
   *
   * @param list of the request
   * @throws ProblemException if the text is no cursor or belongs to another list
   */
  static ResourceId decode(String cursor, List<String> list) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException e) {
      throw refused();
    }
    if (bytes.length != LENGTH || bytes[0] != FORMAT) {
      throw refused();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, LENGTH - 1);
    UUID id = new UUID(buffer.getLong(), buffer.getLong());
    if (!Arrays.equals(bytes, LENGTH - DIGEST, LENGTH, digest(list), 0, DIGEST)) {
      throw refused();
    }
    return new ResourceId(id);
  }

  private static ProblemException refused() {
    return new ProblemException(
        ProblemType.INVALID_CURSOR,
        "Use the value of 'next' unchanged, with the same filters, or begin without a cursor");
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
