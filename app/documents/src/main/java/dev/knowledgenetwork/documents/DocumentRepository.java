package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Page;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.WriteOutcome;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The documents of all tenants. A call blocks for about the deadline it was configured with (a few
 * seconds) at most, and throws {@link UnavailableException} if the documents cannot be reached in
 * that time. Thread-safe.
 *
 * <p>Commands are expected to be valid ({@link DocumentRules}).
 */
public interface DocumentRepository {

  /** Stores a new document under a new id. Returns only after commit. */
  CreateOutcome<Document> create(CreateDocument command);

  /** The document, unless there is none or it is deleted. */
  Optional<Document> find(TenantId tenant, ResourceId id);

  /** A page of the tenant's documents. Cost: one index range of at most the limit. */
  Page<DocumentSummary> list(DocumentQuery query);

  /**
   * Changes a document if it has the expected version; of several with the same expectation exactly
   * one succeeds. An empty patch changes nothing, its version included, and answers the document.
   */
  WriteOutcome<Document> patch(PatchDocument command);

  /**
   * Deletes a document softly: no call finds it again, the row is purged later.
   *
   * @param expectedVersion the version the caller saw; empty deletes whatever is there
   */
  WriteOutcome<Document> delete(TenantId tenant, ResourceId id, OptionalLong expectedVersion);
}
