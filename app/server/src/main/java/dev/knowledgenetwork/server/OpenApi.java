package dev.knowledgenetwork.server;

import dev.knowledgenetwork.events.EventsDescription;
import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.web.ResourceDescription;
import dev.knowledgenetwork.web.Routes;
import dev.knowledgenetwork.web.ServerRole;
import io.quarkus.arc.Unremovable;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;

/**
 * Completes the OpenAPI document with what the modules say of their resources, and leaves out what
 * other roles serve.
 */
@Singleton
@Unremovable
@OpenApiFilter(stages = OpenApiFilter.RunStage.RUNTIME_STARTUP)
public final class OpenApi implements OASFilter {

  private static final String RIGHTS = "Tenant and rights come from the token.";

  private final ServerRole role;
  private final Routes served;

  OpenApi(ServerRole role, Routes served) {
    this.role = role;
    this.served = served;
  }

  @Override
  public void filterOpenAPI(OpenAPI document) {
    List.copyOf(document.getPaths().getPathItems().keySet()).stream()
        .filter(path -> !served.contain(path))
        .forEach(document.getPaths()::removePathItem);
    List<Aggregate> aggregates = Modules.aggregates();
    String kinds = aggregates.stream().map(Aggregate::plural).collect(Collectors.joining(", "));
    if (role == ServerRole.API) {
      document.getInfo().setDescription("Of a tenant: " + kinds + ". " + RIGHTS);
      aggregates.forEach(each -> new ResourceDescription(each).addTo(document));
    } else if (role == ServerRole.REALTIME) {
      document.getInfo().setDescription("What happens to a tenant's " + kinds + ". " + RIGHTS);
      new EventsDescription(aggregates).addTo(document);
    }
  }
}
