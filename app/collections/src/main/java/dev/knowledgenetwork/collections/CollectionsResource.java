package dev.knowledgenetwork.collections;

import dev.knowledgenetwork.kernel.ResourceStore;
import dev.knowledgenetwork.web.ResourceEndpoint;
import dev.knowledgenetwork.web.ServedBy;
import dev.knowledgenetwork.web.ServerRole;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/** Serves collections. */
@Singleton
@ServedBy(ServerRole.API)
@Path(ResourceEndpoint.ROOT + "collections")
public final class CollectionsResource extends ResourceEndpoint {

  /** Serves what is kept there. */
  public CollectionsResource(ResourceStore store) {
    super(Collections.COLLECTIONS, store);
  }
}
