package dev.knowledgenetwork.server;

import dev.knowledgenetwork.web.ResourceDescription;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;

/** Completes the OpenAPI document with what the modules say of their resources. */
public final class OpenApi implements OASFilter {

  @Override
  public void filterOpenAPI(OpenAPI document) {
    Modules.aggregates().forEach(each -> new ResourceDescription(each).addTo(document));
  }
}
