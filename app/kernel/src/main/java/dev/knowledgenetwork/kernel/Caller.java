package dev.knowledgenetwork.kernel;

import java.security.Principal;
import java.time.Instant;
import java.util.Set;

/**
 * Who calls: the only source of the tenant.
 *
 * @param tenant whose resources
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

  /** Whether the token permits this. */
  public boolean may(Permission permission) {
    return groups.contains(permission.group());
  }

  @Override
  public String getName() {
    return subject;
  }
}
