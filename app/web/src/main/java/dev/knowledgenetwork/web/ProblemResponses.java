package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.OutcomeUnknownException;
import dev.knowledgenetwork.kernel.ReferenceException;
import dev.knowledgenetwork.kernel.ReferenceException.Obstacle;
import dev.knowledgenetwork.kernel.UnavailableException;
import dev.knowledgenetwork.kernel.Violation;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one place where failures become answers. */
final class ProblemResponses {

  private static final Logger LOG = System.getLogger(ProblemResponses.class.getName());

  private ProblemResponses() {}

  static Response of(Throwable failure, String path) {
    return switch (failure) {
      case ProblemException problem -> of(problem, path);
      case UnavailableException unavailable -> {
        LOG.log(Level.WARNING, "Answering 503: {0}", unavailable.getMessage());
        long seconds = Math.max(1, unavailable.retryAfter().toSeconds());
        yield of(ProblemType.UNAVAILABLE, "Nothing was changed; try again later", path)
            .header(HttpHeaders.RETRY_AFTER, seconds)
            .build();
      }
      case ReferenceException reference -> of(problem(reference.obstacle()), path);
      case OutcomeUnknownException unknown -> {
        LOG.log(Level.WARNING, "Answering 500: {0}", unknown.getMessage());
        yield of(ProblemType.OUTCOME_UNKNOWN, "Read what is there before you repeat it", path)
            .build();
      }
      case WebApplicationException refusal -> of(refusal, path);
      default -> {
        LOG.log(Level.ERROR, "Request failed: " + path, failure);
        yield of(ProblemType.INTERNAL, null, path).build();
      }
    };
  }

  private static ProblemException problem(Obstacle obstacle) {
    return switch (obstacle) {
      case Obstacle.Broken(String field) ->
          ProblemException.invalid(
              List.of(new Violation(field, "must be the id of something that is there")));
      case Obstacle.Circular(String field) ->
          ProblemException.invalid(
              List.of(new Violation(field, "must not lead back to the resource itself")));
      case Obstacle.InUse(String plural) ->
          new ProblemException(
              ProblemType.IN_USE,
              "There are " + plural + " that refer to it: move or delete them first");
    };
  }

  private static Response of(ProblemException problem, String path) {
    Response.ResponseBuilder answer =
        body(problem.type(), problem.getMessage(), path, problem.violations());
    problem.headers().forEach(answer::header);
    return answer.build();
  }

  /** What JAX-RS itself refuses: keeps the headers that belong to the status. */
  private static Response of(WebApplicationException refusal, String path) {
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
    Response.ResponseBuilder answer = of(type, null, path);
    String allow = original.getHeaderString(HttpHeaders.ALLOW);
    return allow == null ? answer.build() : answer.header(HttpHeaders.ALLOW, allow).build();
  }

  private static Response.ResponseBuilder of(
      ProblemType type, @Nullable String detail, String path) {
    return body(type, detail, path, List.of());
  }

  private static Response.ResponseBuilder body(
      ProblemType type, @Nullable String detail, String path, List<Violation> violations) {
    return Response.status(type.status())
        .type(ProblemDocument.MEDIA_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .entity(
            new ProblemDocument(type.uri(), type.title(), type.status(), detail, path, violations));
  }
}
