package dev.knowledgenetwork.server;

import dev.knowledgenetwork.web.ReadsAtOnce;
import dev.knowledgenetwork.web.ReadyAnswer;
import dev.knowledgenetwork.web.ServerRole;
import io.quarkus.micrometer.runtime.binder.vertx.HttpRequestMetric;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Answers on the event loop what {@link ReadsAtOnce} can: most reads of a warm process. */
@Singleton
final class PlainReads {

  /** After all checks of requests, and CORS: what they add to an answer stays. */
  private static final int AFTER_ADMISSION = 130;

  private static final List<String> JSON_IS_FINE = List.of("*/*", "application/json");

  private final Instance<ReadsAtOnce> reads;

  /** Made when it is first asked, as all that reaches the cache. */
  PlainReads(Instance<ReadsAtOnce> reads) {
    this.reads = reads;
  }

  void register(@Observes Filters filters, ServerRole role) {
    if (role == ServerRole.API) {
      filters.register(this::answer, AFTER_ADMISSION);
    }
  }

  private void answer(RoutingContext context) {
    HttpServerRequest request = context.request();
    Optional<ReadsAtOnce.Read> read =
        isPlain(request)
            ? reads
                .get()
                .answer(
                    request.path(),
                    request.getHeader(HttpHeaders.AUTHORIZATION),
                    request.getHeader(HttpHeaders.IF_NONE_MATCH))
            : Optional.empty();
    if (read.isEmpty()) {
      context.next();
      return;
    }
    HttpRequestMetric.getRequestMetric(context).setTemplatePath(read.get().template());
    send(context.response(), read.get().answer());
  }

  /** Asks for no more than the resource: no parameters, no other form, no body. */
  private static boolean isPlain(HttpServerRequest request) {
    String accepted = request.getHeader(HttpHeaders.ACCEPT);
    return request.method() == HttpMethod.GET
        && request.query() == null
        && request.headers().getAll(HttpHeaders.AUTHORIZATION).size() == 1
        && request.headers().getAll(HttpHeaders.IF_NONE_MATCH).size() <= 1
        && (accepted == null || JSON_IS_FINE.contains(accepted))
        && request.getHeader(HttpHeaders.CONTENT_LENGTH) == null
        && request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null;
  }

  private static void send(HttpServerResponse response, ReadyAnswer answer) {
    response.setStatusCode(answer.status());
    answer.headers().forEach(response::putHeader);
    byte[] body = answer.body();
    if (body == null) {
      response.end();
    } else {
      response.end(Buffer.buffer(body));
    }
  }
}
