package dev.knowledgenetwork.operator.runtime.health;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Down while the API server refuses the operator; no restart would help, so liveness stays up. */
@Readiness
@ApplicationScoped
class AccessReadiness implements HealthCheck {

  private final OperatorState state;

  AccessReadiness(OperatorState state) {
    this.state = state;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("API server")
        .status(state.refusal().isEmpty())
        .withData("refusal", state.refusal().orElse(""))
        .build();
  }
}
