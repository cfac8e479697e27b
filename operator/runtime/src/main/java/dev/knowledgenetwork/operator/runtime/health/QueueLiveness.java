package dev.knowledgenetwork.operator.runtime.health;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Down when a canary has not come through the queues for three minutes: a restart helps. */
@Liveness
@ApplicationScoped
class QueueLiveness implements HealthCheck {

  private final OperatorState state;

  QueueLiveness(OperatorState state) {
    this.state = state;
  }

  @Override
  public HealthCheckResponse call() {
    List<String> missing = state.missingCanaries();
    return HealthCheckResponse.named("reconcile queues")
        .status(missing.isEmpty())
        .withData("stuck", String.join(", ", missing))
        .build();
  }
}
