package dev.knowledgenetwork.web;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Hands all failures to {@link ProblemResponses}. */
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
    private final UriInfo request;

    OfRefusal(UriInfo request) {
      this.request = request;
    }

    @Override
    public Response toResponse(WebApplicationException failure) {
      return ProblemResponses.of(failure, request.getRequestUri().getRawPath());
    }
  }
}
