package dev.knowledgenetwork.api;

import dev.knowledgenetwork.domain.TenantId;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.time.Instant;
import java.util.Set;

/**
 * Who calls: the only source of the tenant, and given out only to who asks for a role.
 *
 * @param tenant whose documents
 * @param subject who
 * @param groups what the token permits
 * @param expiresAt when the token ends; long answers must end with it
 */
public record Caller(TenantId tenant, String subject, Set<String> groups, Instant expiresAt)
    implements Principal {

  /** Copies the groups. */
  public Caller {
    groups = Set.copyOf(groups);
  }

  @Override
  public String getName() {
    return subject;
  }

  /**
   * The caller of a request, if the token has the role.
   *
   * @throws ProblemException 401 without a caller, 403 without the role
   */
  public static Caller in(Role role, SecurityContext security) {
    if (!(security.getUserPrincipal() instanceof Caller caller)) {
      throw new ProblemException(ProblemType.UNAUTHENTICATED, "Send a bearer token");
    }
    if (!caller.groups.contains(role.group())) {
      throw new ProblemException(
          ProblemType.FORBIDDEN, "The token lacks the group '" + role.group() + "'");
    }
    return caller;
  }
}
