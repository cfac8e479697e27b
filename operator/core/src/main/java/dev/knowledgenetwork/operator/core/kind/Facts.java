package dev.knowledgenetwork.operator.core.kind;

import dev.knowledgenetwork.operator.core.plan.Target;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What targets answered lately. A target that is silent has no answer; whether it has been asked at
 * all is known, so that nothing is concluded from the silence of a moment.
 */
public final class Facts {

  private static final Facts NONE = new Facts(Map.of());

  private final Map<Key, Observation<?>> known;

  private Facts(Map<Key, Observation<?>> known) {
    this.known = known;
  }

  private record Key(String fact, Target target) {}

  /**
   * One answer.
   *
   * @param value the newest; empty before the first and while the target is silent
   * @param since when the value last changed, or fell silent
   * @param awaited the first answer, or the verdict that there is none, is still out
   */
  public record Observation<V>(Optional<V> value, Instant since, boolean awaited) {}

  /** Nothing was asked. */
  public static Facts none() {
    return NONE;
  }

  /** With one more observation. Cost: linear in what is known. */
  public <V> Facts with(Fact<V> fact, Target target, Observation<V> observation) {
    Map<Key, Observation<?>> more = new HashMap<>(known);
    more.put(new Key(fact.name(), target), observation);
    return new Facts(more);
  }

  /** With an answer that was given at that time. */
  public <V> Facts with(Fact<V> fact, Target target, V value, Instant since) {
    return with(fact, target, new Observation<>(Optional.of(value), since, false));
  }

  /** The answer, where there is one. */
  public <V> Optional<V> of(Fact<V> fact, Target target) {
    Observation<?> found = known.get(new Key(fact.name(), target));
    return found == null ? Optional.empty() : found.value().map(fact.type()::cast);
  }

  /** When the answer last changed; empty where nothing was asked. */
  public Optional<Instant> since(Fact<?> fact, Target target) {
    return Optional.ofNullable(known.get(new Key(fact.name(), target))).map(Observation::since);
  }

  /** Whether some question has neither been answered nor been found to stay without an answer. */
  public boolean awaited() {
    return known.values().stream().anyMatch(Observation::awaited);
  }
}
