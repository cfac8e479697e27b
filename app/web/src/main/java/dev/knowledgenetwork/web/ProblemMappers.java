package dev.knowledgenetwork.web;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Turns all failures into answers. */
final class ProblemMappers {

  private ProblemMappers() {}

  /** What nobody foresaw, and all that is no refusal by JAX-RS. */
  @Provider
  static final class OfThrowable implements ExceptionMapper<Throwable> {
    private final UriInfo request;

    OfThrowable(UriInfo request) {
      this.request = request;
    }

    @Override
    public Response toResponse(Throwable failure) {
      return ProblemResponses.of(failure, request.getRequestUri().getRawPath());
    }
  }

  /** What JAX-RS refuses; the server has closer mappers of its own for some of these. */
  @Provider
  static final class OfRefusal implements ExceptionMapper<WebApplicationException> {
    private final UriInfo uri;
    private final Request request;
    private final RefusalResponses responses;

    OfRefusal(UriInfo uri, Request request, Routes routes) {
      this.uri = uri;
      this.request = request;
      this.responses = new RefusalResponses(routes);
    }

    @Override
    public Response toResponse(WebApplicationException failure) {
      return responses.of(failure, request.getMethod(), uri.getRequestUri().getRawPath());
    }
  }
}
