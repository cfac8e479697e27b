package dev.knowledgenetwork.server;

import dev.knowledgenetwork.web.ProblemException;
import dev.knowledgenetwork.web.ProblemType;
import dev.knowledgenetwork.web.Routes;
import dev.knowledgenetwork.web.ServerRole;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.util.Arrays;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the resources of other roles not exist, says where they are, and answers OPTIONS. */
@Provider
@PreMatching
final class RoleFilter implements ContainerRequestFilter {

  private final Routes served;
  private final String network;

  /**
   * Filters requests.
   *
   * @param served by this process
   * @param network name of the KnowledgeNetwork, with which the names of its Services begin
   */
  RoleFilter(
      Routes served, @ConfigProperty(name = "kn.network", defaultValue = "<name>") String network) {
    this.served = served;
    this.network = network;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    String path = request.getUriInfo().getRequestUri().getPath();
    if (!served.contain(path)) {
      throw Arrays.stream(ServerRole.values())
          .filter(role -> Modules.routes(role).contain(path))
          .findAny()
          .<RuntimeException>map(this::elsewhere)
          .orElseGet(NotFoundException::new);
    }
    // JAX-RS would name the methods of all paths below the same class.
    if (request.getMethod().equals(HttpMethod.OPTIONS) && served.answer(path)) {
      request.abortWith(
          Response.noContent()
              .header(HttpHeaders.ALLOW, String.join(", ", served.methods(path)))
              .build());
    }
  }

  private ProblemException elsewhere(ServerRole role) {
    return new ProblemException(
        ProblemType.NOT_FOUND,
        "This is served by the Service %s-%s, not here".formatted(network, role.argument()));
  }
}
