package dev.knowledgenetwork.api;

import dev.knowledgenetwork.domain.DocumentId;
import dev.knowledgenetwork.domain.DocumentQuery;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;

/**
 * Text for "where the next page begins": a format byte, the last id seen, and a digest of tenant
 * and filters, so that a cursor taken to another list is refused instead of skipping documents. No
 * secret: who forges one can only choose where in the own list to begin.
 */
final class Cursors {

  private static final byte FORMAT = 1;
  private static final int DIGEST = 8;
  private static final int LENGTH = 1 + 2 * Long.BYTES + DIGEST;

  private Cursors() {}

  /** The cursor after this document in the list of this query. */
  static String encode(DocumentId last, DocumentQuery query) {
    ByteBuffer bytes = ByteBuffer.allocate(LENGTH).put(FORMAT);
    bytes.putLong(last.value().getMostSignificantBits());
    bytes.putLong(last.value().getLeastSignificantBits());
    bytes.put(digest(query));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * The document after which the page begins.
   *
   * @param query tenant and filters of the request
   * @throws ProblemException if the text is no cursor or belongs to another list
   */
  static DocumentId decode(String cursor, DocumentQuery query) {
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
    if (!Arrays.equals(bytes, LENGTH - DIGEST, LENGTH, digest(query), 0, DIGEST)) {
      throw refused();
    }
    return new DocumentId(id);
  }

  private static ProblemException refused() {
    return new ProblemException(
        ProblemType.INVALID_CURSOR,
        "Use the value of 'next' unchanged, with the same filters, or begin without a cursor");
  }

  private static byte[] digest(DocumentQuery query) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      part(sha, query.tenant().value());
      part(sha, query.status().map(Enum::name).orElse(""));
      query.collection().ifPresent(collection -> part(sha, collection));
      return Arrays.copyOf(sha.digest(), DIGEST);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void part(MessageDigest sha, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    sha.update(bytes);
  }
}
