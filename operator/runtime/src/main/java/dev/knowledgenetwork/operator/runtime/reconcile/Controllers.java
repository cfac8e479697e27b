package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.runtime.apply.Applier;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;

/** How every controller is configured. */
public final class Controllers {

  /** No object may occupy the workers: this many passes a second, then others come first. */
  private static final int PASSES = 10;

  private Controllers() {}

  /** Adds a controller to an operator that has not started. */
  public static <P extends CustomResource<?, ?>> void register(
      Operator operator, Reconciler<P> reconciler) {
    operator.register(
        reconciler,
        configuration ->
            configuration
                .watchingAllNamespaces()
                .withFinalizer(Annotations.FINALIZER)
                .withFieldManager(Applier.FIELD_MANAGER)
                .withTriggerReconcilerOnAllEvents(true)
                .withGenerationAware(false)
                .withOnUpdateFilter(Relevance::matters)
                .withRetry(
                    new GenericRetry()
                        .setInitialInterval(1000)
                        .setIntervalMultiplier(1.5)
                        .setMaxInterval(60_000)
                        .setMaxAttempts(-1))
                .withRateLimiter(new LinearRateLimiter(Duration.ofSeconds(1), PASSES)));
  }
}
