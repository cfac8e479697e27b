package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How a fact is found out. A new probe is one of these and one entry in a list; see {@code
 * OperatorRuntime}.
 *
 * @param <P> kind of the objects on whose behalf is asked
 * @param <D> what has to be known of a target to ask it, compared by equals
 * @param <V> the answer, compared by equals: no figure that changes at rest
 */
public interface Observer<P, D, V> {

  /** What is found out. */
  Fact<V> fact();

  /** Whom to ask for an object now. Reads memory only. */
  Map<Target, D> targets(P primary, Children children);

  /** The answer; every wait inside is bounded. Any exception means: no answer. */
  V ask(Target target, D detail) throws Exception;

  /**
   * Whether what is asked is another one now: what was answered so far says nothing of it. Else the
   * last answer is shown until the next one.
   */
  default boolean isAnother(D before, D now) {
    return false;
  }

  /** How long an answer is good, whatever goes on; empty: seconds, longer while all is settled. */
  default Optional<Duration> pace() {
    return Optional.empty();
  }

  /** Nothing of this owner is asked any more: what is kept for it may go. */
  default void forget(Owner owner) {}
}
