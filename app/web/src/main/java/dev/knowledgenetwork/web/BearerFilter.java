package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.Caller;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.Optional;

/**
 * Lets nobody through to a resource without a valid bearer token, unless a filter before it has
 * admitted the caller by other means.
 */
@Provider
@Priority(Priorities.AUTHENTICATION)
final class BearerFilter implements ContainerRequestFilter {

  private static final String SCHEME = "bearer ";

  private final TokenVerifier verifier;

  BearerFilter(TokenVerifier verifier) {
    this.verifier = verifier;
  }

  /** The bearer token in a header {@code Authorization}; empty where there is none. */
  static Optional<String> token(String header) {
    return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? Optional.of(header.substring(SCHEME.length()).strip())
        : Optional.empty();
  }

  @Override
  public void filter(ContainerRequestContext request) {
    if (request.getSecurityContext().getUserPrincipal() instanceof Caller) {
      return;
    }
    List<String> headers = request.getHeaders().getOrDefault(HttpHeaders.AUTHORIZATION, List.of());
    if (headers.isEmpty()) {
      throw new ProblemException(
          ProblemType.UNAUTHENTICATED, "Send the header Authorization: Bearer <token>");
    }
    Optional<String> token = headers.size() > 1 ? Optional.empty() : token(headers.getFirst());
    if (token.isEmpty()) {
      throw new ProblemException(
          ProblemType.UNAUTHENTICATED, "Only one bearer token is understood");
    }
    Caller caller;
    try {
      caller = verifier.verify(token.get());
    } catch (ProblemException e) {
      throw e.type() == ProblemType.UNAUTHENTICATED
          ? e.withHeader(
              HttpHeaders.WWW_AUTHENTICATE,
              ProblemResponses.CHALLENGE + ", error=\"invalid_token\"")
          : e;
    }
    Callers.admit(caller, request);
  }
}
