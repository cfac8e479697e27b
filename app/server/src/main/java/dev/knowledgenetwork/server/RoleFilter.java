package dev.knowledgenetwork.server;

import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;

/** Makes the resources of other roles not exist. */
@Provider
@PreMatching
final class RoleFilter implements ContainerRequestFilter {

  private final ServerRole role;

  RoleFilter(ServerRole role) {
    this.role = role;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    if (!role.serves(request.getUriInfo().getRequestUri().getPath())) {
      throw new NotFoundException();
    }
  }
}
