package dev.knowledgenetwork.web;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What JAX-RS itself refuses, before any method of ours is called, as an answer that says what
 * would have been right.
 *
 * @param routes what there is
 */
record RefusalResponses(Routes routes) {

  private static final Logger LOG = System.getLogger(RefusalResponses.class.getName());

  Response of(WebApplicationException refusal, String method, String path) {
    Response original = refusal.getResponse();
    int status = original.getStatus();
    if (status < 400) {
      return original;
    }
    ProblemType type =
        switch (status) {
          case 401 -> ProblemType.UNAUTHENTICATED;
          case 403 -> ProblemType.FORBIDDEN;
          case 404 -> ProblemType.NOT_FOUND;
          case 405 -> ProblemType.METHOD_NOT_ALLOWED;
          case 406 -> ProblemType.NOT_ACCEPTABLE;
          case 413 -> ProblemType.BODY_TOO_LARGE;
          case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
          default -> status < 500 ? ProblemType.BAD_REQUEST : ProblemType.INTERNAL;
        };
    if (type == ProblemType.INTERNAL) {
      LOG.log(Level.ERROR, "Request failed: " + path, refusal);
    }
    Response.ResponseBuilder answer =
        ProblemResponses.body(type, detail(type, method, path), path, List.of());
    if (type == ProblemType.METHOD_NOT_ALLOWED) {
      answer.header(HttpHeaders.ALLOW, methods(path));
    }
    return answer.build();
  }

  private @Nullable String detail(ProblemType type, String method, String path) {
    return switch (type) {
      case NOT_FOUND -> "Nothing is served at this path; GET /api/v1/openapi tells what is";
      case METHOD_NOT_ALLOWED -> "This path has " + methods(path);
      case NOT_ACCEPTABLE ->
          "Accept must allow " + String.join(" or ", routes.produced(path, method));
      case UNSUPPORTED_MEDIA_TYPE ->
          "Content-Type must be " + String.join(" or ", routes.consumed(path, method));
      default -> null;
    };
  }

  private String methods(String path) {
    return String.join(", ", routes.methods(path));
  }
}
