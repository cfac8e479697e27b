package dev.knowledgenetwork.operator.core.kind;

import dev.knowledgenetwork.operator.core.plan.OptionalApi;
import java.time.Instant;
import java.util.Set;

/**
 * All that a plan and a status depend on, beside the object itself.
 *
 * @param children what belongs to the object
 * @param related the objects that it refers to, where they exist
 * @param facts what databases, caches and others answered lately
 * @param served the optional APIs that this cluster serves
 * @param now when
 */
public record Observed(
    Children children, Children related, Facts facts, Set<OptionalApi> served, Instant now) {

  /** Copies the set. */
  public Observed {
    served = Set.copyOf(served);
  }

  /** Only children: nothing was asked, nothing is referred to, nothing optional is served. */
  public static Observed of(Children children, Instant now) {
    return new Observed(children, Children.none(), Facts.none(), Set.of(), now);
  }

  /** With these answers. */
  public Observed with(Facts answers) {
    return new Observed(children, related, answers, served, now);
  }
}
