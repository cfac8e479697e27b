package dev.knowledgenetwork.events;

import dev.knowledgenetwork.events.Tickets.Ticket;
import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.Permission;
import dev.knowledgenetwork.web.Callers;
import dev.knowledgenetwork.web.ClientConnection;
import dev.knowledgenetwork.web.ProblemException;
import dev.knowledgenetwork.web.ProblemType;
import dev.knowledgenetwork.web.Requires;
import dev.knowledgenetwork.web.ServedBy;
import dev.knowledgenetwork.web.ServerRole;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Changes of what a tenant has as server-sent events, named by what happened (such as {@code
 * document.created}). A client that connects again with the last id it has seen is told everything
 * since; {@code resync} says that its id is older than what is kept, and that it should read what
 * it shows again. An event may come twice after its tenant has moved to another database or that
 * has failed over; its {@code eventId} is the same then.
 */
@Singleton
@ServedBy(ServerRole.REALTIME)
@Path("/api/v1/events")
@Tag(name = "Events")
@SecurityRequirement(name = "bearer")
public final class EventsResource {

  /** Parameter that carries a ticket. */
  static final String TICKET = "ticket";

  private static final Logger LOG = System.getLogger(EventsResource.class.getName());

  private static final String LAST_EVENT_ID = "Last-Event-ID";
  private static final String LAST_EVENT_ID_PARAMETER = "lastEventId";

  private final EventFeed feed;
  private final Tickets tickets;
  private final ClientConnection.Source connections;

  EventsResource(EventFeed feed, Tickets tickets, ClientConnection.Source connections) {
    this.feed = feed;
    this.tickets = tickets;
    this.connections = connections;
  }

  /** Opens a stream; its thread writes until it ends. */
  @GET
  @AcceptsTicket
  @Requires(Permission.READER)
  @RunOnVirtualThread
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(operationId = "streamEvents", summary = "Follow what changes")
  @APIResponse(responseCode = "200", description = "The stream")
  public Response events(
      @Context SecurityContext security,
      @Context Request request,
      @Parameter(description = "Stands in for the bearer token where no header can be sent")
          @QueryParam(TICKET)
          @Nullable String ticket,
      @Parameter(description = "The last id seen: everything since is told first")
          @HeaderParam(LAST_EVENT_ID)
          @Nullable String lastEventId,
      @Parameter(description = "The same, where no header can be sent; the header goes before it")
          @QueryParam(LAST_EVENT_ID_PARAMETER)
          @Nullable String lastEventIdParameter) {
    Caller caller = Callers.of(security);
    String last = lastEventId == null ? lastEventIdParameter : lastEventId;
    Optional<StreamToken> begin = token(last, caller);
    if (!caller.expiresAt().isAfter(Instant.now())) {
      // Clocks are allowed to differ. But a stream ends with its token by this one, and the client
      // of one that has ended comes back at once.
      throw new ProblemException(
          ProblemType.UNAUTHENTICATED, "The token has expired: a stream would end at once");
    }
    if (request.getMethod().equals(HttpMethod.HEAD)) {
      return streaming(Response.ok()).build();
    }
    EventStream stream = feed.open(caller, begin, connections.current());
    if (ticket != null && tickets.redeem(ticket).isEmpty()) {
      throw TicketFilter.refused();
    }
    StreamingOutput body =
        out -> {
          try {
            stream.writeTo(out);
          } catch (IOException e) {
            LOG.log(Level.DEBUG, "The client of a stream is gone: {0}", e.getMessage());
          } finally {
            feed.close(stream);
          }
        };
    return streaming(Response.ok(body)).build();
  }

  private static Response.ResponseBuilder streaming(Response.ResponseBuilder answer) {
    return answer
        .type(MediaType.SERVER_SENT_EVENTS_TYPE)
        // Proxies must neither keep, change nor collect what passes.
        .header(HttpHeaders.CACHE_CONTROL, "no-cache, no-transform")
        .header("X-Accel-Buffering", "no");
  }

  private static Optional<StreamToken> token(@Nullable String last, Caller caller) {
    if (last == null || last.isEmpty()) {
      return Optional.empty();
    }
    Optional<StreamToken> token = StreamToken.decode(last, caller.tenant());
    if (token.isEmpty()) {
      throw new ProblemException(
          ProblemType.INVALID_PARAMETER,
          LAST_EVENT_ID + " is no id of this tenant's events; connect without it");
    }
    return token;
  }

  /**
   * Issues a ticket. Sent again, it issues another: to give the first again, one had to keep it.
   */
  @POST
  @Path("tickets")
  @Requires(Permission.READER)
  @Blocking
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "issueEventTicket",
      summary = "A ticket that opens one stream of events within 30 seconds",
      description =
          "Takes no Idempotency-Key: the answer is a secret, which nobody keeps. A request sent"
              + " again gets another ticket, and one that is not used does no harm.")
  @APIResponse(
      responseCode = "201",
      description = "Text and expiry of the ticket; use it once, as parameter of the stream")
  public Response ticket(@Context SecurityContext security) {
    Ticket ticket = tickets.issue(Callers.of(security));
    return Response.status(Response.Status.CREATED)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .entity(Map.of("ticket", ticket.ticket(), "expiresAt", ticket.expiresAt().toString()))
        .build();
  }
}
