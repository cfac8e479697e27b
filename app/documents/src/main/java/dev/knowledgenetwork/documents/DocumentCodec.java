package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.cache.JsonCodec;
import dev.knowledgenetwork.cache.ValueCodec;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Documents as they are cached. */
final class DocumentCodec {

  static final ValueCodec<Document> CODEC =
      new JsonCodec<>((byte) 1, Stored.class, DocumentCodec::stored, DocumentCodec::document);

  private DocumentCodec() {}

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

  private static Stored stored(Document document) {
    return new Stored(
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
  }

  private static Document document(Stored stored) {
    return new Document(
        new ResourceId(UUID.fromString(stored.id())),
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
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
