package dev.knowledgenetwork.documents;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A document as the API shows it. Times are ISO 8601 in UTC. */
@Schema(name = "Document")
record DocumentView(
    @Schema(format = "uuid") String id,
    String title,
    String content,
    DocumentStatus status,
    @Nullable String collection,
    List<String> tags,
    String author,
    @Schema(description = "Grows with each change; the entity tag is this number in quotes")
        long version,
    @Schema(format = "date-time") String createdAt,
    @Schema(format = "date-time") String updatedAt) {

  static DocumentView of(Document document) {
    return new DocumentView(
        document.id().toString(),
        document.title(),
        document.content(),
        document.status(),
        document.collection(),
        document.tags(),
        document.author(),
        document.version(),
        document.createdAt().toString(),
        document.updatedAt().toString());
  }
}
