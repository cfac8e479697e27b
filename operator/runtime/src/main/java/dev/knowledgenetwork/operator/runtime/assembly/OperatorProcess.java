package dev.knowledgenetwork.operator.runtime.assembly;

import dev.knowledgenetwork.operator.runtime.health.OperatorState;
import io.javaoperatorsdk.operator.Operator;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts and stops the operator with its process. It starts on a thread of its own: probes are
 * answered only once Quarkus has started, and while the API server refuses the operator, the
 * kubelet must not start the process again and again.
 */
@ApplicationScoped
class OperatorProcess {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);
  private static final Duration STOP = Duration.ofSeconds(5);

  private final OperatorRuntime runtime;
  private final Operator operator;
  private final OperatorState state;
  private volatile @Nullable Thread starting;

  OperatorProcess(OperatorRuntime runtime, Operator operator, OperatorState state) {
    this.runtime = runtime;
    this.operator = operator;
    this.state = state;
  }

  void start(@Observes StartupEvent event) {
    state.is(runtime);
    starting = Thread.ofPlatform().daemon().name("start").start(this::begin);
  }

  private void begin() {
    try {
      runtime.awaitAdmission();
      runtime.start(operator);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        LOG.debug("The operator was stopped while it started", e);
        return;
      }
      LOG.error("The operator does not start", e);
      Quarkus.asyncExit(1);
    }
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    Thread begun = starting;
    if (begun != null) {
      begun.interrupt();
      begun.join(STOP);
    }
    runtime.close();
  }
}
