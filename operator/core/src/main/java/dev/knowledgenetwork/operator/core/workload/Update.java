package dev.knowledgenetwork.operator.core.workload;

import java.util.Optional;

/**
 * Whether a workload gets what this version of the operator would give it. What the spec changes,
 * it gets at once. What only the operator changes, by another version or other default images, it
 * gets when somebody says so or in a maintenance window: a new operator rolls nothing by itself.
 * What its pods read of Secrets changes at once too, on what runs.
 *
 * @param recipe what the workload is to have now
 */
public record Update(Offer offer, Recipe recipe) {

  /**
   * For a workload.
   *
   * @param part for a person: {@code the pooler}
   * @param id of what is wanted
   * @param applied what it was given last; empty before the first time
   * @param newest what spec and operator would give it now
   */
  public static Update of(
      String part, String id, Optional<Recipe> applied, Recipe newest, Approval approval) {
    // A Secret that cannot be seen now has not changed; what was never known is no change either.
    Recipe wanted = newest.withSecrets(newest.secrets().or(() -> applied.flatMap(Recipe::secrets)));
    Optional<Recipe> kept =
        applied.map(last -> last.withSecrets(last.secrets().flatMap(known -> wanted.secrets())));
    boolean own =
        kept.filter(last -> last.inputs().equals(wanted.inputs()))
            .filter(last -> !last.id().equals(wanted.id()))
            .isPresent();
    String what = part + applied.map(wanted::imagesInsteadOf).orElse("");
    Offer offer = Offer.of(what, id, applied.map(Recipe::shortId).orElse(""), own, approval);
    return new Update(offer, offer.isHeld() ? kept.orElseThrow() : wanted);
  }

  /** Whether the workload keeps what it has. */
  public boolean isHeld() {
    return offer.isHeld();
  }
}
