package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import java.util.List;

/**
 * Wish to change a document that the caller has seen in a certain version.
 *
 * @param tenant owner
 * @param id which document
 * @param expectedVersion the version the caller saw; any other is a conflict
 * @param title new title
 * @param content new text
 * @param status new status
 * @param collection new collection; may be cleared
 * @param tags new tags, all of them
 */
public record PatchDocument(
    TenantId tenant,
    ResourceId id,
    long expectedVersion,
    Change<String> title,
    Change<String> content,
    Change<DocumentStatus> status,
    Change<String> collection,
    Change<List<String>> tags) {

  /** True if the patch keeps every field: it changes nothing, but still checks the version. */
  public boolean isEmpty() {
    return title instanceof Change.Keep
        && content instanceof Change.Keep
        && status instanceof Change.Keep
        && collection instanceof Change.Keep
        && tags instanceof Change.Keep;
  }
}
