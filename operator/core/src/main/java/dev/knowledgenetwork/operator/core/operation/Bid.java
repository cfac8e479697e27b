package dev.knowledgenetwork.operator.core.operation;

import dev.knowledgenetwork.operator.core.plan.Target;
import java.time.Instant;
import java.util.Set;

/**
 * That an operation wants to go on with a step.
 *
 * @param type of the operation
 * @param target that it works on
 * @param rank of the operation
 * @param claims of the step; granted all or none
 * @param standing it was granted these before and is still in that step
 * @param since when it came into that step
 */
public record Bid(
    String type, Target target, Rank rank, Set<Claim> claims, boolean standing, Instant since) {

  /** Copies the claims. */
  public Bid {
    claims = Set.copyOf(claims);
  }

  /** Whether both cannot go on at the same time. */
  boolean excludes(Bid other) {
    return claims.stream().anyMatch(claim -> other.claims.stream().anyMatch(claim::excludes));
  }

  /** For people: {@code Roll of ShardSet demo/kn s0}. */
  @Override
  public String toString() {
    return type + " of " + target;
  }
}
