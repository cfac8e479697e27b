package dev.knowledgenetwork.operator.runtime.health;

import dev.knowledgenetwork.operator.runtime.kube.Owner;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Finds a queue that is stuck, from inside: every event that asks for a reconciliation is noted
 * until a reconciliation of its object begins. One that waits for long means that nobody works.
 */
public final class Unanswered {

  /** Longer than the longest pause between two tries of the same object. */
  private static final Duration STUCK = Duration.ofMinutes(3);

  private final Leadership leadership;
  private final Predicate<Owner> exists;
  private final InstantSource clock;
  private final Map<Owner, Instant> since = new ConcurrentHashMap<>();

  /**
   * Nothing is asked for.
   *
   * @param exists whether there still is such an object: nobody answers for one that is gone
   */
  public Unanswered(Leadership leadership, Predicate<Owner> exists, InstantSource clock) {
    this.leadership = leadership;
    this.exists = exists;
    this.clock = clock;
  }

  /** An event asks for a reconciliation. */
  public void asked(Owner owner) {
    since.putIfAbsent(owner, clock.instant());
  }

  /** A reconciliation begins: it sees whatever was asked for until now. */
  public void answered(Owner owner) {
    since.remove(owner);
  }

  /** The object that has waited for too long; empty where this process does not lead. */
  public Optional<Owner> stuck() {
    Optional<Instant> leads = leadership.since();
    if (leads.isEmpty()) {
      return Optional.empty();
    }
    since.keySet().removeIf(exists.negate());
    Instant limit = clock.instant().minus(STUCK);
    return leads.get().isAfter(limit)
        ? Optional.empty()
        : since.entrySet().stream()
            .filter(entry -> entry.getValue().isBefore(limit))
            .min(Map.Entry.comparingByValue(Comparator.naturalOrder()))
            .map(Map.Entry::getKey);
  }
}
