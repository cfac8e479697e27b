package dev.knowledgenetwork.events;

import dev.knowledgenetwork.kernel.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * How far a client has followed the events of its tenant: what it sends as {@code Last-Event-ID}.
 * All events of a tenant are in one shard, so the position in that shard is all it takes. After a
 * move or a failover the position means nothing any more; then the time says where to go on.
 *
 * @param incarnation the life of the database that the position belongs to
 * @param position that of an event up to which the client has seen all, or the beginning
 * @param time when that event happened, by the database's clock
 */
record StreamToken(long incarnation, Position position, Instant time) {

  private static final byte FORMAT = 1;
  private static final int DIGEST = 8;
  private static final int LENGTH = 1 + 4 * Long.BYTES + DIGEST;

  /**
   * As text, for this tenant only. No secret: who forges one can only choose where in the own
   * events to begin.
   */
  String encode(TenantId tenant) {
    ByteBuffer bytes =
        ByteBuffer.allocate(LENGTH)
            .put(FORMAT)
            .putLong(incarnation)
            .putLong(position.transaction())
            .putLong(position.sequence())
            .putLong(time.toEpochMilli())
            .put(digest(tenant));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /** The token in a text; empty if it is none or belongs to another tenant. */
  static Optional<StreamToken> decode(String text, TenantId tenant) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (bytes.length != LENGTH
        || bytes[0] != FORMAT
        || !Arrays.equals(bytes, LENGTH - DIGEST, LENGTH, digest(tenant), 0, DIGEST)) {
      return Optional.empty();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, LENGTH - 1);
    return Optional.of(
        new StreamToken(
            buffer.getLong(),
            new Position(buffer.getLong(), buffer.getLong()),
            Instant.ofEpochMilli(buffer.getLong())));
  }

  private static byte[] digest(TenantId tenant) {
    try {
      byte[] name = tenant.value().getBytes(StandardCharsets.UTF_8);
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(name), DIGEST);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
