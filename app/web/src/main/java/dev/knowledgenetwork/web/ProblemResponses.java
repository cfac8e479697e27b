package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.OutcomeUnknownException;
import dev.knowledgenetwork.kernel.ReferenceException;
import dev.knowledgenetwork.kernel.ReferenceException.Obstacle;
import dev.knowledgenetwork.kernel.TenantBusyException;
import dev.knowledgenetwork.kernel.UnavailableException;
import dev.knowledgenetwork.kernel.Violation;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one place where failures become answers. */
final class ProblemResponses {

  /** What a 401 always tells: the scheme that is understood. */
  static final String CHALLENGE = "Bearer realm=\"knowledge-network\"";

  private static final Logger LOG = System.getLogger(ProblemResponses.class.getName());

  private ProblemResponses() {}

  static Response of(Throwable failure, String path) {
    return switch (failure) {
      case ProblemException problem -> of(problem, path);
      case UnavailableException unavailable -> of(unavailable, path);
      case ReferenceException reference -> of(problem(reference.obstacle()), path);
      case OutcomeUnknownException unknown -> {
        LOG.log(Level.WARNING, "Answering 500: {0}", unknown.getMessage());
        yield of(ProblemType.OUTCOME_UNKNOWN, "Read what is there before you repeat it", path)
            .build();
      }
      default -> {
        LOG.log(Level.ERROR, "Request failed: " + path, failure);
        yield of(ProblemType.INTERNAL, null, path).build();
      }
    };
  }

  private static Response of(UnavailableException unavailable, String path) {
    ProblemType type =
        unavailable instanceof TenantBusyException
            ? ProblemType.TOO_MANY_REQUESTS
            : ProblemType.UNAVAILABLE;
    LOG.log(Level.WARNING, "Answering {0}: {1}", type.status(), unavailable.getMessage());
    return of(type, "Nothing was changed; try again later", path)
        .header(HttpHeaders.RETRY_AFTER, Math.max(1, unavailable.retryAfter().toSeconds()))
        .build();
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
    if (problem.type() == ProblemType.UNAUTHENTICATED
        && !problem.headers().containsKey(HttpHeaders.WWW_AUTHENTICATE)) {
      answer.header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
    }
    problem.headers().forEach(answer::header);
    return answer.build();
  }

  private static Response.ResponseBuilder of(
      ProblemType type, @Nullable String detail, String path) {
    return body(type, detail, path, List.of());
  }

  static Response.ResponseBuilder body(
      ProblemType type, @Nullable String detail, String path, List<Violation> violations) {
    return Response.status(type.status())
        .type(ProblemDocument.MEDIA_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .entity(
            new ProblemDocument(type.uri(), type.title(), type.status(), detail, path, violations));
  }
}
