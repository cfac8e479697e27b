package dev.knowledgenetwork.events;

import dev.knowledgenetwork.web.Callers;
import dev.knowledgenetwork.web.ProblemException;
import dev.knowledgenetwork.web.ProblemType;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.util.Optional;

/**
 * Accepts a ticket instead of a bearer token, where one is. Whose method it opens takes it in, when
 * nothing else can refuse the request.
 */
@Provider
@AcceptsTicket
@Priority(Priorities.AUTHENTICATION - 1)
final class TicketFilter implements ContainerRequestFilter {

  private final Tickets tickets;

  TicketFilter(Tickets tickets) {
    this.tickets = tickets;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    Optional<String> ticket =
        EventsResource.parameters(request.getUriInfo()).value(EventsResource.TICKET);
    boolean token = request.getHeaders().containsKey(HttpHeaders.AUTHORIZATION);
    if (ticket.isPresent() && token) {
      throw new ProblemException(
          ProblemType.INVALID_PARAMETER, "Send either a ticket or a bearer token");
    }
    if (ticket.isEmpty() && !token) {
      throw new ProblemException(
          ProblemType.UNAUTHENTICATED,
          "Send the header Authorization: Bearer <token>, or, where no header can be sent, the"
              + " parameter ticket: POST "
              + EventsResource.PATH
              + "/"
              + EventsResource.TICKETS
              + " issues one");
    }
    ticket
        .map(text -> tickets.holder(text).orElseThrow(TicketFilter::refused))
        .ifPresent(caller -> Callers.admit(caller, request));
  }

  static ProblemException refused() {
    return new ProblemException(
        ProblemType.UNAUTHENTICATED, "The ticket was used or has expired; ask for another one");
  }
}
