package dev.knowledgenetwork.operator.runtime.assembly;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.javaoperatorsdk.operator.processing.retry.Retry;
import io.quarkiverse.operatorsdk.runtime.QuarkusConfigurationService;
import io.quarkiverse.operatorsdk.runtime.QuarkusControllerConfiguration;

/**
 * What the Quarkus Operator SDK made of a reconciler's annotations at build time, with two settings
 * read from them again, which version 7.7.0 loses on the way to run time (decision 006): whether
 * deletions are delivered, always; the first pause before a retry, in some builds.
 */
final class AnnotatedConfiguration<P extends HasMetadata>
    extends QuarkusControllerConfiguration<P> {

  private final boolean everyEvent;

  private AnnotatedConfiguration(
      QuarkusControllerConfiguration<P> built,
      Retry retry,
      boolean everyEvent,
      QuarkusConfigurationService service) {
    super(
        built.getInformerConfig(),
        built.getName(),
        built.isGenerationAware(),
        built.getAssociatedReconcilerClassName(),
        retry,
        built.getRateLimiter(),
        built.maxReconciliationInterval().orElseThrow(),
        built.getFinalizerName(),
        built.fieldManager(),
        built.getWorkflow(),
        built.getResourceTypeName(),
        built.getResourceClass());
    this.everyEvent = everyEvent;
    setParent(service);
  }

  /** The configuration with which that reconciler, which has both annotations, is registered. */
  static <P extends HasMetadata> AnnotatedConfiguration<P> of(
      Reconciler<P> reconciler, QuarkusConfigurationService service) {
    Class<?> annotated = reconciler.getClass();
    GenericRetry retry = new GenericRetry();
    retry.initFrom(annotated.getAnnotation(GradualRetry.class));
    return new AnnotatedConfiguration<>(
        service.getConfigurationFor(reconciler),
        retry,
        annotated.getAnnotation(ControllerConfiguration.class).triggerReconcilerOnAllEvents(),
        service);
  }

  @Override
  public boolean triggerReconcilerOnAllEvents() {
    return everyEvent;
  }
}
