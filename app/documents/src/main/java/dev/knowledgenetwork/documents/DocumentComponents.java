package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.cache.TieredCache;
import dev.knowledgenetwork.sharding.Shards;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** How the parts of this module fit the platform's. */
@Dependent
final class DocumentComponents {

  @Produces
  @Singleton
  DocumentRepository documents(Shards shards, TieredCache cache) {
    return new CachedDocuments(new StoredDocuments(shards), new TieredDocumentCache(cache));
  }
}
