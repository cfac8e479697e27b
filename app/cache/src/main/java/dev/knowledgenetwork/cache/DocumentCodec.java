package dev.knowledgenetwork.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.knowledgenetwork.domain.Document;
import dev.knowledgenetwork.domain.DocumentId;
import dev.knowledgenetwork.domain.DocumentStatus;
import dev.knowledgenetwork.domain.TenantId;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Documents as a format byte and JSON. A pod of another release that writes another form is met
 * with a miss, not with a failure.
 */
final class DocumentCodec implements ValueCodec<Document> {

  private static final byte FORMAT = 1;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /** The stored form; short names because each document carries them. Times in microseconds. */
  private record Stored(
      String id,
      String tenant,
      String title,
      String content,
      DocumentStatus status,
      @Nullable String collection,
      List<String> tags,
      String author,
      long version,
      long created,
      long updated) {}

  @Override
  public byte[] encode(Document document) {
    Stored stored =
        new Stored(
            document.id().toString(),
            document.tenant().value(),
            document.title(),
            document.content(),
            document.status(),
            document.collection(),
            document.tags(),
            document.author(),
            document.version(),
            micros(document.createdAt()),
            micros(document.updatedAt()));
    try {
      byte[] json = JSON.writeValueAsBytes(stored);
      byte[] bytes = new byte[json.length + 1];
      bytes[0] = FORMAT;
      System.arraycopy(json, 0, bytes, 1, json.length);
      return bytes;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document is always writable", e);
    }
  }

  @Override
  public Document decode(byte[] bytes) {
    if (bytes.length == 0 || bytes[0] != FORMAT) {
      throw new IllegalArgumentException("not a document of this format");
    }
    try {
      Stored stored = JSON.readValue(Arrays.copyOfRange(bytes, 1, bytes.length), Stored.class);
      return new Document(
          new DocumentId(UUID.fromString(stored.id())),
          new TenantId(stored.tenant()),
          stored.title(),
          stored.content(),
          stored.status(),
          stored.collection(),
          stored.tags(),
          stored.author(),
          stored.version(),
          instant(stored.created()),
          instant(stored.updated()));
    } catch (IOException | RuntimeException e) {
      // Whatever is wrong with these bytes. Without the cause, whose message quotes the document.
      throw new IllegalArgumentException("not a document of this format");
    }
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
