package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.ResourceStore;
import dev.knowledgenetwork.web.ResourceEndpoint;
import dev.knowledgenetwork.web.ServedBy;
import dev.knowledgenetwork.web.ServerRole;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/** Serves documents. */
@Singleton
@ServedBy(ServerRole.API)
@Path(ResourceEndpoint.ROOT + "documents")
public final class DocumentsResource extends ResourceEndpoint {

  /** Serves what is kept there. */
  public DocumentsResource(ResourceStore store) {
    super(Documents.DOCUMENTS, store);
  }
}
