package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.ResourceId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A document in a list: all but its content, which would make a page megabytes long.
 *
 * @param id identity
 * @param title one line
 * @param status where it stands
 * @param collection the collection it is filed in, or null
 * @param tags in the order given
 * @param author subject of the token that created it
 * @param version one more with each change
 * @param createdAt time of creation
 * @param updatedAt time of the last change
 */
public record DocumentSummary(
    ResourceId id,
    String title,
    DocumentStatus status,
    @Nullable String collection,
    List<String> tags,
    String author,
    long version,
    Instant createdAt,
    Instant updatedAt) {

  /** Keeps an unmodifiable copy of the tags. */
  public DocumentSummary {
    tags = List.copyOf(tags);
  }
}
