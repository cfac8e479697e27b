package dev.knowledgenetwork.operator.runtime.health;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Up when every informer has listed its kind; a replica that does not lead is ready too. */
@Readiness
@ApplicationScoped
class CacheReadiness implements HealthCheck {

  private final OperatorState state;

  CacheReadiness(OperatorState state) {
    this.state = state;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("informers").status(state.ready()).build();
  }
}
