package dev.knowledgenetwork.operator.runtime.health;

import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.kube.Primaries;
import dev.knowledgenetwork.operator.runtime.kube.WakeUps;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Finds a queue that is stuck: objects in the operator's own namespace that carry the canary label
 * are put through the same queues and threads as any other, once a minute, and do nothing there but
 * leave the time. Costs no request.
 */
public final class Canary {

  /** How often canaries are sent. */
  public static final Duration PERIOD = Duration.ofMinutes(1);

  private static final Duration STUCK = Duration.ofMinutes(3);

  private final String namespace;
  private final Primaries primaries;
  private final WakeUps wakeUps;
  private final Leadership leadership;
  private final InstantSource clock;
  private final Map<Owner, Instant> seen = new ConcurrentHashMap<>();

  /**
   * Sends nothing yet.
   *
   * @param namespace the operator's own
   */
  public Canary(
      String namespace,
      Primaries primaries,
      WakeUps wakeUps,
      Leadership leadership,
      InstantSource clock) {
    this.namespace = namespace;
    this.primaries = primaries;
    this.wakeUps = wakeUps;
    this.leadership = leadership;
    this.clock = clock;
  }

  /** Whether this object is one, and not something to look after. */
  public boolean is(HasMetadata object) {
    Map<String, String> labels = object.getMetadata().getLabels();
    return labels != null
        && "true".equals(labels.get(Labels.CANARY))
        && namespace.equals(object.getMetadata().getNamespace());
  }

  /** One has come through. */
  public void arrived(Owner owner) {
    seen.put(owner, clock.instant());
  }

  /** One was deleted. */
  public void forget(Owner owner) {
    seen.remove(owner);
  }

  /** Sends all; called every {@link #PERIOD}. */
  public void send() {
    all().forEach(wakeUps::wake);
  }

  /** When each came through last. */
  public Map<Owner, Instant> seen() {
    return Map.copyOf(seen);
  }

  /** The canaries that have not come through in time; empty where this process does not lead. */
  public List<Owner> missing() {
    Optional<Instant> since = leadership.since();
    if (since.isEmpty()) {
      return List.of();
    }
    Instant limit = clock.instant().minus(STUCK);
    return all()
        .filter(
            owner -> {
              Instant last = seen.getOrDefault(owner, since.get());
              return (last.isBefore(since.get()) ? since.get() : last).isBefore(limit);
            })
        .toList();
  }

  private Stream<Owner> all() {
    return Arrays.stream(OwnerKind.values())
        .flatMap(kind -> primaries.all(kind).filter(this::is).map(o -> Owner.of(kind, o)));
  }
}
