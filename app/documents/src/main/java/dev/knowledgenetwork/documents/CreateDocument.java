package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Wish for a new document. Any values may be given; {@link DocumentRules#violations} says what is
 * wrong with them.
 *
 * @param tenant owner
 * @param author subject of the caller's token
 * @param title one line
 * @param content the text
 * @param status first status
 * @param collection collection to file it in, or null
 * @param tags in order
 */
public record CreateDocument(
    TenantId tenant,
    String author,
    String title,
    String content,
    DocumentStatus status,
    @Nullable String collection,
    List<String> tags) {

  /** Keeps an unmodifiable copy of the tags. */
  public CreateDocument {
    tags = List.copyOf(tags);
  }
}
