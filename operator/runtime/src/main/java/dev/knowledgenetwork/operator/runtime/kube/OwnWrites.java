package dev.knowledgenetwork.operator.runtime.kube;

import dev.knowledgenetwork.operator.core.plan.Reference;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The answers to our own newest writes, until the informers have caught up: without them the pass
 * after a write would see the world before it and write again. Invariant: an entry is dropped as
 * soon as its informer shows that version, a later one, or a deletion; {@link #LIFETIME} bounds
 * what an informer that lost its watch can keep alive.
 */
public final class OwnWrites {

  private static final Duration LIFETIME = Duration.ofSeconds(30);

  private final Map<Reference, Entry> entries = new ConcurrentHashMap<>();
  private final InstantSource clock;

  /** Nothing remembered yet. */
  public OwnWrites(InstantSource clock) {
    this.clock = clock;
  }

  private record Entry(HasMetadata object, Instant at) {}

  /** Remembers what the API server answered. */
  public void remember(HasMetadata answer) {
    answer.getMetadata().setManagedFields(List.of());
    entries.put(Reference.of(answer), new Entry(answer, clock.instant()));
  }

  /** The object was deleted by us. */
  public void forget(Reference reference) {
    entries.remove(reference);
  }

  /** An informer saw this version. */
  void seen(HasMetadata object) {
    entries.computeIfPresent(
        Reference.of(object), (key, entry) -> newer(entry.object, object) ? entry : null);
  }

  /** The newer of what the informer has and what we wrote. */
  Optional<HasMetadata> newest(Reference reference, Optional<HasMetadata> informed) {
    Entry entry = entries.get(reference);
    if (entry == null || expired(entry)) {
      return informed;
    }
    if (informed.isPresent() && !newer(entry.object, informed.get())) {
      return informed;
    }
    return Optional.of(entry.object);
  }

  /** All remembered objects of an owner. */
  Stream<HasMetadata> of(Owner owner) {
    return entries.values().stream()
        .filter(entry -> !expired(entry))
        .map(Entry::object)
        .filter(object -> owner.kind().ownerOf(object).filter(owner::equals).isPresent());
  }

  /** Drops what is too old to be of use. */
  void sweep() {
    entries.values().removeIf(this::expired);
  }

  private boolean expired(Entry entry) {
    return entry.at.plus(LIFETIME).isBefore(clock.instant());
  }

  private static boolean newer(HasMetadata first, HasMetadata second) {
    return version(first) > version(second);
  }

  private static long version(HasMetadata object) {
    return Long.parseLong(object.getMetadata().getResourceVersion());
  }
}
