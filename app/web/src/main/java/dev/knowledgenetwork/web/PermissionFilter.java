package dev.knowledgenetwork.web;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.ext.Provider;

/** Lets nobody through to a method without what it {@link Requires}. */
@Provider
@Priority(Priorities.AUTHORIZATION)
final class PermissionFilter implements ContainerRequestFilter {

  private final ResourceInfo resource;

  PermissionFilter(ResourceInfo resource) {
    this.resource = resource;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    Requires required = resource.getResourceMethod().getAnnotation(Requires.class);
    if (required == null) {
      throw new IllegalStateException(
          "nothing says who may call " + resource.getResourceMethod().getName());
    }
    Callers.with(required.value(), request.getSecurityContext());
  }
}
