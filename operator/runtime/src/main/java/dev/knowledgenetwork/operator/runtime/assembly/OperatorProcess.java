package dev.knowledgenetwork.operator.runtime.assembly;

import dev.knowledgenetwork.operator.runtime.health.OperatorState;
import io.javaoperatorsdk.operator.Operator;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Starts and stops the operator with its process. */
@ApplicationScoped
class OperatorProcess {

  private final OperatorRuntime runtime;
  private final Operator operator;
  private final OperatorState state;

  OperatorProcess(OperatorRuntime runtime, Operator operator, OperatorState state) {
    this.runtime = runtime;
    this.operator = operator;
    this.state = state;
  }

  void start(@Observes StartupEvent event) {
    runtime.start(operator);
    state.running(runtime);
  }

  void stop(@Observes ShutdownEvent event) {
    runtime.close();
  }
}
