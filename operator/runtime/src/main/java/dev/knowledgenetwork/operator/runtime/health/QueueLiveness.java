package dev.knowledgenetwork.operator.runtime.health;

import dev.knowledgenetwork.operator.runtime.kube.Owner;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Down when nobody has answered an event for three minutes: a restart helps. */
@Liveness
@ApplicationScoped
class QueueLiveness implements HealthCheck {

  private final OperatorState state;

  QueueLiveness(OperatorState state) {
    this.state = state;
  }

  @Override
  public HealthCheckResponse call() {
    Optional<Owner> stuck = state.stuck();
    return HealthCheckResponse.named("reconcile queues")
        .status(stuck.isEmpty())
        .withData("stuck", stuck.map(Owner::toString).orElse(""))
        .build();
  }
}
