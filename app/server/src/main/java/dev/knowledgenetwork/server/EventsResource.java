package dev.knowledgenetwork.server;

import dev.knowledgenetwork.cache.KeyChange;
import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.Permission;
import dev.knowledgenetwork.web.Callers;
import dev.knowledgenetwork.web.ProblemException;
import dev.knowledgenetwork.web.ProblemType;
import dev.knowledgenetwork.web.Requires;
import dev.knowledgenetwork.web.ServedBy;
import dev.knowledgenetwork.web.ServerRole;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * Changes of what a tenant has as server-sent events: the name of the data class (such as {@code
 * document}) with id, version and kind, and {@code resync} when changes may have been missed and
 * the client should read the list. A comment every {@link #HEARTBEAT} shows that the stream is
 * alive; it ends with the token.
 */
@Singleton
@ServedBy(ServerRole.REALTIME)
@Path("/api/v1/events")
@Tag(name = "Events")
@SecurityRequirement(name = "bearer")
public final class EventsResource {

  static final Duration HEARTBEAT = Duration.ofSeconds(30);
  private static final long RECONNECT_MILLIS = 2000;

  private final EventStreams streams;

  EventsResource(EventStreams streams) {
    this.streams = streams;
  }

  /** Opens a stream. */
  @GET
  @Requires(Permission.READER)
  @Blocking
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(operationId = "streamEvents", summary = "Follow the changes of documents")
  @APIResponse(responseCode = "200", description = "The stream")
  public Multi<OutboundSseEvent> events(@Context SecurityContext security, @Context Sse sse) {
    Caller caller = Callers.of(security);
    Multi<OutboundSseEvent> events =
        streams
            .open(caller)
            .orElseThrow(
                () ->
                    new ProblemException(
                        ProblemType.UNAVAILABLE, "No room for one more stream here; try again"))
            .map(event -> shown(event, sse));
    Multi<OutboundSseEvent> heartbeats =
        Multi.createFrom()
            .ticks()
            .every(HEARTBEAT)
            .onOverflow()
            .drop()
            .map(tick -> sse.newEventBuilder().comment("").build());
    OutboundSseEvent first =
        sse.newEventBuilder().reconnectDelay(RECONNECT_MILLIS).comment("open").build();
    // Heartbeats never end; with the changes the whole stream does.
    Multi<OutboundSseEvent> both =
        Multi.createBy()
            .merging()
            .streams(
                Multi.createFrom().item(first),
                events.onCompletion().failWith(EndOfStream::new),
                heartbeats)
            .onFailure(EndOfStream.class)
            .recoverWithCompletion();
    return both.select().first(left(caller.expiresAt()));
  }

  private static final class EndOfStream extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EndOfStream() {
      super(null, null, false, false);
    }
  }

  private static Duration left(Instant expiry) {
    Duration left = Duration.between(Instant.now(), expiry);
    return left.isPositive() ? left : Duration.ofMillis(1);
  }

  private static OutboundSseEvent shown(EventStreams.Event event, Sse sse) {
    return switch (event) {
      case EventStreams.Event.Changed(KeyChange change) ->
          sse.newEventBuilder()
              .name(change.dataClass())
              .mediaType(MediaType.APPLICATION_JSON_TYPE)
              .data(
                  Map.of(
                      "id", change.id(), "version", change.version(), "kind", change.kind().name()))
              .build();
      case EventStreams.Event.Missed() -> sse.newEventBuilder().name("resync").data("").build();
    };
  }
}
