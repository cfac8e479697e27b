package dev.knowledgenetwork.server;

import dev.knowledgenetwork.web.ServerRole;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;

/** Makes the resources of other roles not exist. */
@Provider
@PreMatching
final class RoleFilter implements ContainerRequestFilter {

  private final ServedPaths served;

  RoleFilter(ServerRole role) {
    this.served = Modules.paths(role);
  }

  @Override
  public void filter(ContainerRequestContext request) {
    if (!served.contain(request.getUriInfo().getRequestUri().getPath())) {
      throw new NotFoundException();
    }
  }
}
