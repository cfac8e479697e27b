package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.knowledgenetwork.cache.ValueCodec;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentCodecTest {

  private final ValueCodec<Document> codec = DocumentCodec.CODEC;

  @Test
  void comesBackAsItWent() {
    Document document = document("Grüße 🚀", "notes", List.of("a", "b"));

    assertThat(codec.decode(codec.encode(document))).isEqualTo(document);
  }

  @Test
  void theCollectionMayBeAbsent() {
    Document document = document("t", null, List.of());

    assertThat(codec.decode(codec.encode(document))).isEqualTo(document);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\u0001", "\u0001{}", "\u0001{\"id\":\"secret\"}", "\u0002{}", "\u0001null"})
  void otherBytesAreRefusedWithoutQuotingThem(String bytes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.decode(bytes.getBytes(StandardCharsets.UTF_8)))
        .withMessage("not a value of this format");
  }

  static Document document(String title, @Nullable String collection, List<String> tags) {
    return new Document(
        new ResourceId(UUID.fromString("019a0000-0000-7000-8000-000000000001")),
        new TenantId("acme"),
        title,
        "content",
        DocumentStatus.IN_REVIEW,
        collection,
        tags,
        "ann",
        7,
        Instant.parse("2026-01-02T03:04:05.678901Z"),
        Instant.parse("2026-01-02T03:04:06.000001Z"));
  }
}
