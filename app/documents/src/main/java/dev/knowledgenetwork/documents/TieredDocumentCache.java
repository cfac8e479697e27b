package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.cache.CacheClass;
import dev.knowledgenetwork.cache.KeyChange;
import dev.knowledgenetwork.cache.TieredCache;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import java.util.Optional;
import java.util.function.Supplier;

/** Documents in both tiers, as data class {@value #DATA_CLASS}. */
final class TieredDocumentCache implements DocumentCache {

  /** Name of the data class in the policy and in {@link KeyChange#dataClass}. */
  static final String DATA_CLASS = "document";

  private static final CacheClass<Document> DOCUMENTS =
      new CacheClass<>(DATA_CLASS, DocumentCodec.CODEC, Document::version);

  private final TieredCache cache;

  /** Keeps documents in this cache. */
  TieredDocumentCache(TieredCache cache) {
    this.cache = cache;
  }

  @Override
  public Optional<Document> find(
      TenantId tenant, ResourceId id, Supplier<Optional<Document>> loader) {
    return cache.get(DOCUMENTS, tenant.value(), id.toString(), loader);
  }

  @Override
  public void changed(DocumentChange change) {
    KeyChange.Kind kind =
        switch (change.kind()) {
          case CREATED -> KeyChange.Kind.CREATED;
          case UPDATED -> KeyChange.Kind.UPDATED;
          case DELETED -> KeyChange.Kind.DELETED;
        };
    cache.changed(
        new KeyChange(
            DATA_CLASS, change.tenant().value(), change.id().toString(), change.version(), kind));
  }

  @Override
  public void uncertain(TenantId tenant, ResourceId id) {
    cache.uncertain(DATA_CLASS, tenant.value(), id.toString());
  }
}
