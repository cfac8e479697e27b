package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.Capability;
import java.util.List;
import java.util.Set;

/** Documents, as the application sees them. */
public final class Documents implements Capability {

  @Override
  public List<String> migrations() {
    return List.of(
        "V1__documents.sql",
        "V2__documents_by_collection.sql",
        "V2__documents_by_collection.sql.conf");
  }

  @Override
  public Set<String> softDeletedTables() {
    return Set.of(DocumentRows.TABLE);
  }

  @Override
  public Set<String> cacheClasses() {
    return Set.of(TieredDocumentCache.DATA_CLASS);
  }

  @Override
  public List<Class<?>> routes() {
    return List.of(DocumentsResource.class);
  }
}
