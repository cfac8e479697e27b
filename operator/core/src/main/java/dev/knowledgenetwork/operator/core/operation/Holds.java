package dev.knowledgenetwork.operator.core.operation;

import dev.knowledgenetwork.operator.core.plan.Target;
import java.util.List;
import java.util.Optional;

/** All that templates must keep meanwhile. Templates are rendered from a spec and these. */
public record Holds(List<Hold<?>> all) {

  /** Copies the list. */
  public Holds {
    all = List.copyOf(all);
  }

  /** Nothing is kept. */
  public static Holds none() {
    return new Holds(List.of());
  }

  /** The value that is to be kept, merged where several operations keep it. */
  public <T> Optional<T> of(Knob<T> knob, Target target) {
    return all.stream()
        .filter(hold -> hold.knob().name().equals(knob.name()) && hold.target().equals(target))
        .map(hold -> knob.type().cast(hold.value()))
        .reduce(knob.merge());
  }
}
