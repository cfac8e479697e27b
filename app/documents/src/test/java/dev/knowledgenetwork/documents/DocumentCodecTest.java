package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.knowledgenetwork.cache.ResourceCodec;
import dev.knowledgenetwork.cache.ValueCodec;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentCodecTest {

  private final ValueCodec<Resource> codec = new ResourceCodec(Documents.DOCUMENTS);

  @Test
  void comesBackAsItWent() {
    Resource document = document("Grüße 🚀", new ResourceId(new UUID(7, 8)), List.of("a", "b"));

    assertThat(codec.decode(codec.encode(document))).isEqualTo(document);
  }

  @Test
  void theCollectionMayBeAbsent() {
    Resource document = document("t", null, List.of());

    assertThat(codec.decode(codec.encode(document))).isEqualTo(document);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\u0001", "\u0001{}", "\u0001{\"id\":\"secret\"}", "\u0002{}", "\u0001null"})
  void otherBytesAreRefusedWithoutQuotingThem(String bytes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.decode(bytes.getBytes(StandardCharsets.UTF_8)))
        .withMessage("not a document of this format");
  }

  static Resource document(String title, @Nullable ResourceId collection, List<String> tags) {
    return new Resource(
        new ResourceId(UUID.fromString("019a0000-0000-7000-8000-000000000001")),
        new TenantId("acme"),
        Values.NONE
            .with(Documents.TITLE, title)
            .with(Documents.CONTENT, "content")
            .with(Documents.STATUS, DocumentStatus.IN_REVIEW)
            .with(Documents.COLLECTION, collection)
            .with(Documents.TAGS, tags),
        "ann",
        7,
        Instant.parse("2026-01-02T03:04:05.678901Z"),
        Instant.parse("2026-01-02T03:04:06.000001Z"));
  }

  /** Pods of two releases share a cache while one takes the other's place. */
  @Test
  void whatOtherReleasesStoreIsReadAndWrittenAsTheyDo() {
    String stored =
        "\u0001{\"id\":\"019a0000-0000-7000-8000-000000000001\",\"tenant\":\"acme\","
            + "\"title\":\"t\",\"content\":\"content\",\"status\":\"IN_REVIEW\",\"collection\":null,"
            + "\"tags\":[\"a\"],\"author\":\"ann\",\"version\":7,"
            + "\"created\":1767323045678901,\"updated\":1767323046000001}";
    Resource document = document("t", null, List.of("a"));

    assertThat(codec.decode(stored.getBytes(StandardCharsets.UTF_8))).isEqualTo(document);
    assertThat(new String(codec.encode(document), StandardCharsets.UTF_8)).isEqualTo(stored);
    String labelled = stored.replace("\"collection\":null", "\"collection\":\"notes\"");
    assertThatIllegalArgumentException()
        .as("a label of the release before: met with a miss")
        .isThrownBy(() -> codec.decode(labelled.getBytes(StandardCharsets.UTF_8)));
  }
}
