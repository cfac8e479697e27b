package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Keeps documents near. A cache that fails must behave as an empty one: it never throws because of
 * itself, and a read then costs the loader only.
 */
public interface DocumentCache {

  /**
   * The document from the cache or else from the loader, which is called at most once at a time for
   * a document in this process. What the loader throws reaches the caller.
   */
  Optional<Document> find(TenantId tenant, ResourceId id, Supplier<Optional<Document>> loader);

  /**
   * Called after a commit, before the writer gets its answer: no version below the change's may be
   * served from here afterwards.
   */
  void changed(DocumentChange change);

  /**
   * Called when it is not known whether a write was committed, or when one was lost to a version
   * that was not told of here: forget the document. What began to load before is not served to
   * readers who come afterwards.
   */
  void uncertain(TenantId tenant, ResourceId id);
}
