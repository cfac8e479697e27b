package dev.knowledgenetwork.events;

import dev.knowledgenetwork.events.Tickets.Ticket;
import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.Permission;
import dev.knowledgenetwork.web.Callers;
import dev.knowledgenetwork.web.ClientConnection;
import dev.knowledgenetwork.web.ProblemException;
import dev.knowledgenetwork.web.ProblemType;
import dev.knowledgenetwork.web.QueryParameters;
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
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes of what a tenant has as server-sent events, named by what happened (such as {@code
 * document.created}). A client that connects again with the last id it has seen is told everything
 * since; {@code position} has an id and tells nothing else; {@code resync} says that its id is
 * older than what is kept, and that it should read what it shows again. An event may come twice
 * after its tenant has moved to another database or that has failed over; its {@code eventId} is
 * the same then.
 */
@Singleton
@ServedBy(ServerRole.REALTIME)
@Path(EventsResource.PATH)
public final class EventsResource {

  static final String PATH = "/api/v1/events";

  /** Path below, where tickets are issued. */
  static final String TICKETS = "tickets";

  /** Parameter that carries a ticket. */
  static final String TICKET = "ticket";

  static final String LAST_EVENT_ID = "Last-Event-ID";
  static final String LAST_EVENT_ID_PARAMETER = "lastEventId";

  private static final Logger LOG = System.getLogger(EventsResource.class.getName());

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
  public Response events(
      @Context SecurityContext security,
      @Context Request request,
      @Context UriInfo uri,
      @HeaderParam(LAST_EVENT_ID) @Nullable String lastEventId) {
    Caller caller = Callers.of(security);
    QueryParameters parameters = parameters(uri);
    Optional<StreamToken> last =
        token(
            Optional.ofNullable(lastEventId).or(() -> parameters.value(LAST_EVENT_ID_PARAMETER)),
            caller);
    if (!caller.expiresAt().isAfter(Instant.now())) {
      // Clocks are allowed to differ. But a stream ends with its token by this one, and the client
      // of one that has ended comes back at once.
      throw new ProblemException(
          ProblemType.UNAUTHENTICATED, "The token has expired: a stream would end at once");
    }
    if (request.getMethod().equals(HttpMethod.HEAD)) {
      return streaming(Response.ok()).build();
    }
    EventStream stream = feed.open(caller, last, connections.current());
    Optional<String> ticket = parameters.value(TICKET);
    if (ticket.isPresent() && tickets.redeem(ticket.get()).isEmpty()) {
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

  /** The parameters of a request for a stream. */
  static QueryParameters parameters(UriInfo request) {
    return QueryParameters.of(
        request.getQueryParameters(), Set.of(TICKET, LAST_EVENT_ID_PARAMETER));
  }

  private static Optional<StreamToken> token(Optional<String> last, Caller caller) {
    return last.filter(id -> !id.isEmpty())
        .map(
            id ->
                StreamToken.decode(id, caller.tenant())
                    .orElseThrow(
                        () ->
                            new ProblemException(
                                ProblemType.INVALID_PARAMETER,
                                LAST_EVENT_ID
                                    + " is no id of this tenant's events; connect without it")));
  }

  /**
   * Issues a ticket. Sent again, it issues another: to give the first again, one had to keep it.
   */
  @POST
  @Path(TICKETS)
  @Requires(Permission.READER)
  @Blocking
  @Produces(MediaType.APPLICATION_JSON)
  public Response ticket(@Context SecurityContext security) {
    Caller caller = Callers.of(security);
    // Before the ticket: what is committed after it was asked for comes after the position.
    String position = feed.position(caller.tenant());
    Ticket ticket = tickets.issue(caller);
    return Response.status(Response.Status.CREATED)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .entity(new EventTicket(ticket.ticket(), ticket.expiresAt().toString(), position))
        .build();
  }
}
