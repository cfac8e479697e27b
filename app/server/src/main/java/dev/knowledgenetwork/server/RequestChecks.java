package dev.knowledgenetwork.server;

import dev.knowledgenetwork.web.ProblemDocument;
import dev.knowledgenetwork.web.ProblemType;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses what JAX-RS never sees, or cannot answer: a host that is none, and bodies that are
 * announced as too large. The framework's own refusals have no body, or are an error in the log for
 * what a client did. One of them stays: a target that is no URI gets 400 without a body, before
 * anybody else is asked.
 */
@Singleton
final class RequestChecks {

  /** Before that of CORS, which reads the host: no browser sends such a request. */
  private static final int BEFORE_CORS = 1000;

  /** After it, so that web sites may read the refusal; before the limit of the framework. */
  private static final int AFTER_CORS = 150;

  private final long largestBody;

  RequestChecks(
      @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize largestBody) {
    this.largestBody = largestBody.asLongValue();
  }

  void register(@Observes Filters filters) {
    filters.register(this::checkHost, BEFORE_CORS);
    filters.register(this::checkBody, AFTER_CORS);
  }

  /** The router fails some of these requests before it asks any route. */
  void register(@Observes Router router) {
    router.route().order(Integer.MIN_VALUE).failureHandler(this::checkHost);
  }

  private void checkHost(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (request.authority() == null || request.headers().getAll(HttpHeaders.HOST).size() > 1) {
      refuse(
          context,
          ProblemType.BAD_REQUEST,
          "Send one header Host: the name or address of the server, and its port if it has one");
    } else {
      context.next();
    }
  }

  private void checkBody(RoutingContext context) {
    HttpServerRequest request = context.request();
    String announced = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (announced != null && Long.parseLong(announced) > largestBody) {
      refuse(
          context,
          ProblemType.BODY_TOO_LARGE,
          "The body of a request has at most " + largestBody + " bytes");
      return;
    }
    context.next();
  }

  /** Answers with a problem, and ends the connection: what is still to come is not read. */
  static void refuse(RoutingContext context, ProblemType type, String detail) {
    HttpServerResponse response = context.response();
    String path = context.request().path();
    if (type == ProblemType.UNAVAILABLE) {
      response.putHeader("Retry-After", "1");
    }
    response
        .setStatusCode(type.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, ProblemDocument.MEDIA_TYPE)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(HttpHeaders.CONNECTION, "close")
        .end(ProblemDocument.of(type, detail, path == null ? "/" : path).json())
        .onComplete(ignored -> context.request().connection().close());
  }
}
