package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stored document.
 *
 * @param id identity
 * @param tenant owner
 * @param title one line
 * @param content the text
 * @param status where it stands
 * @param collection the collection it is filed in, or null
 * @param tags in the order given
 * @param author subject of the token that created it
 * @param version 1 at creation, one more with each change
 * @param createdAt time of creation, in microseconds
 * @param updatedAt time of the last change, in microseconds
 */
public record Document(
    ResourceId id,
    TenantId tenant,
    String title,
    String content,
    DocumentStatus status,
    @Nullable String collection,
    List<String> tags,
    String author,
    long version,
    Instant createdAt,
    Instant updatedAt) {

  /** Keeps an unmodifiable copy of the tags. */
  public Document {
    tags = List.copyOf(tags);
  }
}
