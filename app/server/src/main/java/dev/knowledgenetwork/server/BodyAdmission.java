package dev.knowledgenetwork.server;

import dev.knowledgenetwork.web.ProblemType;
import dev.knowledgenetwork.web.ResourceBodies;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Lets bodies in as far as there is memory for what becomes of them: text, tree, statement, answer.
 * The others wait, unread, so that the kernel holds their senders back; who would wait for too long
 * is told to come again. Small bodies are not counted, so they never wait behind large ones. A body
 * that is let in has to come within a time that a slow line can keep: it takes the place of others.
 */
@Singleton
final class BodyAdmission {

  /** After the checks of requests: what is refused there needs no memory. */
  private static final int AFTER_CHECKS = 140;

  /** Bytes of a body that is not counted. */
  private static final long SMALL = 64 << 10;

  /** Bytes of heap that a byte of a body takes, at most, until it is stored and answered. */
  private static final long HEAP_A_BYTE = 12;

  /** The part of the heap that bodies may take. */
  private static final long HEAP_PART = 2;

  private static final int LONGEST_QUEUE = 256;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration TO_BEGIN = Duration.ofSeconds(30);

  /** Bytes a second, half a megabit. */
  private static final long SLOWEST = 64 << 10;

  private final ByteBudget budget;
  private final long largest;

  BodyAdmission(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize largest) {
    this.budget =
        new ByteBudget(Runtime.getRuntime().maxMemory() / HEAP_PART / HEAP_A_BYTE, LONGEST_QUEUE);
    this.largest = largest.asLongValue();
  }

  void register(@Observes Filters filters) {
    filters.register(this::admit, AFTER_CHECKS);
  }

  private void admit(RoutingContext request) {
    long bytes = bytes(request.request());
    if (bytes <= SMALL) {
      request.next();
    } else {
      new Admission(request, bytes).begin();
    }
  }

  /** How many come, or may come where nobody says. */
  private long bytes(HttpServerRequest request) {
    String announced = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (announced != null) {
      return Math.min(Long.parseLong(announced), largest);
    }
    return request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null
        ? 0
        : ResourceBodies.LARGEST_UNANNOUNCED;
  }

  /** The way of one request; all but the start of its turn happens on its event loop. */
  private final class Admission {
    private final RoutingContext request;
    private final long bytes;
    private final Context loop = Vertx.currentContext();
    private final ByteBudget.Turn turn;
    private long timer;

    Admission(RoutingContext request, long bytes) {
      this.request = request;
      this.bytes = bytes;
      this.turn = budget.turn(bytes, () -> loop.runOnContext(ignored -> start()));
    }

    void begin() {
      request.addEndHandler(
          ignored -> {
            loop.owner().cancelTimer(timer);
            turn.end();
          });
      timer = loop.owner().setTimer(PATIENCE.toMillis(), ignored -> giveUp());
      if (!turn.ask()) {
        refuse();
      }
    }

    private void start() {
      if (request.response().ended() || request.response().closed()) {
        turn.end();
        return;
      }
      loop.owner().cancelTimer(timer);
      long millis = TO_BEGIN.plusSeconds(bytes / SLOWEST).toMillis();
      timer = loop.owner().setTimer(millis, ignored -> cutOff());
      request.next();
    }

    private void giveUp() {
      if (turn.withdraw()) {
        refuse();
      }
    }

    private void refuse() {
      RequestChecks.refuse(
          request,
          ProblemType.UNAVAILABLE,
          "There is no room for a body of this size now; nothing was changed, try again later");
    }

    private void cutOff() {
      if (!request.request().isEnded()) {
        request.request().connection().close();
      }
    }
  }
}
