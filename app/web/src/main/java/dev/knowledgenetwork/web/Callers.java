package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.Permission;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;

/** The caller of a request. {@link PermissionFilter} has judged it before a resource sees it. */
public final class Callers {

  private Callers() {}

  /**
   * Who calls.
   *
   * @throws ProblemException 401 without a caller
   */
  public static Caller of(SecurityContext security) {
    if (security.getUserPrincipal() instanceof Caller caller) {
      return caller;
    }
    throw new ProblemException(ProblemType.UNAUTHENTICATED, "Send a bearer token");
  }

  /** Makes somebody the caller of a request, who was told by a token or what stands in for one. */
  public static void admit(Caller caller, ContainerRequestContext request) {
    request.setSecurityContext(new CallerContext(caller));
  }

  private record CallerContext(Caller caller) implements SecurityContext {
    @Override
    public Principal getUserPrincipal() {
      return caller;
    }

    @Override
    public boolean isUserInRole(String role) {
      return caller.groups().contains(role);
    }

    @Override
    public boolean isSecure() {
      return true;
    }

    @Override
    public String getAuthenticationScheme() {
      return "Bearer";
    }
  }

  /**
   * Who calls, if the token permits this.
   *
   * @throws ProblemException 401 without a caller, 403 without the permission
   */
  static Caller with(Permission permission, SecurityContext security) {
    Caller caller = of(security);
    if (!caller.may(permission)) {
      throw new ProblemException(
          ProblemType.FORBIDDEN, "The token lacks the group '" + permission.group() + "'");
    }
    return caller;
  }
}
