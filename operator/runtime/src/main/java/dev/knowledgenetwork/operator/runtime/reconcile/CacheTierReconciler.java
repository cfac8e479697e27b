package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierStatus;
import dev.knowledgenetwork.operator.core.cache.CacheTierKind;
import dev.knowledgenetwork.operator.core.cache.operation.Cache;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.runtime.apply.Applier;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;

/** Reconciles CacheTiers; see {@link KindReconciler}. */
@ControllerConfiguration(
    finalizerName = Annotations.FINALIZER,
    fieldManager = Applier.FIELD_MANAGER,
    triggerReconcilerOnAllEvents = true,
    generationAwareEventProcessing = false,
    informer = @Informer(onUpdateFilter = Relevance.class))
@GradualRetry(
    maxAttempts = Pace.RETRY_FOREVER,
    initialInterval = Pace.FIRST_RETRY_MILLIS,
    maxInterval = Pace.LAST_RETRY_MILLIS)
@RateLimited(maxReconciliations = Pace.PASSES_A_SECOND, within = 1)
public final class CacheTierReconciler extends KindReconciler<CacheTier, CacheTierStatus, Cache>
    implements Reconciler<CacheTier> {

  /** Works in these surroundings. */
  public CacheTierReconciler(
      CacheTierKind kind, Surroundings<CacheTier> surroundings, Platform platform) {
    super(kind, surroundings, platform);
  }
}
