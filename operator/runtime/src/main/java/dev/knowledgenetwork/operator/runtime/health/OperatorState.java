package dev.knowledgenetwork.operator.runtime.health;

import dev.knowledgenetwork.operator.runtime.kube.Owner;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the operator in this process is, for probes; unknown until there is one. */
@ApplicationScoped
public class OperatorState {

  private volatile @Nullable Probed operator;

  /** What probes ask. */
  public interface Probed {

    /** Everything is watched. */
    boolean ready();

    /** Whether the API server lets it in. */
    ApiAccess access();

    /** What finds a stuck queue. */
    Unanswered unanswered();
  }

  /** That operator is going to start. */
  public void is(Probed operator) {
    this.operator = operator;
  }

  boolean ready() {
    Probed current = operator;
    return current != null && current.ready();
  }

  Optional<String> refusal() {
    Probed current = operator;
    return current == null ? Optional.empty() : current.access().refusal();
  }

  Optional<Owner> stuck() {
    Probed current = operator;
    return current == null ? Optional.empty() : current.unanswered().stuck();
  }
}
