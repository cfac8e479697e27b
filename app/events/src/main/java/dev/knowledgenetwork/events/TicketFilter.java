package dev.knowledgenetwork.events;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.web.Callers;
import dev.knowledgenetwork.web.ProblemException;
import dev.knowledgenetwork.web.ProblemType;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.util.List;

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
    List<String> given =
        request.getUriInfo().getQueryParameters().getOrDefault(EventsResource.TICKET, List.of());
    if (given.isEmpty()) {
      return;
    }
    if (given.size() > 1 || request.getHeaders().containsKey(HttpHeaders.AUTHORIZATION)) {
      throw new ProblemException(
          ProblemType.INVALID_PARAMETER, "Send either one ticket or a bearer token");
    }
    Caller caller = tickets.holder(given.getFirst()).orElseThrow(TicketFilter::refused);
    Callers.admit(caller, request);
  }

  static ProblemException refused() {
    return new ProblemException(
        ProblemType.UNAUTHENTICATED, "The ticket was used or has expired; ask for another one");
  }
}
