package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierStatus;
import dev.knowledgenetwork.operator.core.kind.CacheTierObserved;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;

/** Reconciles CacheTiers. A cache holds nothing that must be cleaned up: no finalizer. */
public final class CacheTierReconciler implements Reconciler<CacheTier> {

  private final CacheTierSubject subject;
  private final ReconcileLoop<CacheTier, CacheTierStatus, CacheTierObserved> loop;
  private final Registration registration;
  private final Dependents dependents;
  private final Tools tools;

  /** Works with these. */
  public CacheTierReconciler(
      CacheTierSubject subject, Registration registration, Dependents dependents, Tools tools) {
    this.subject = subject;
    this.loop = new ReconcileLoop<>(subject, tools);
    this.registration = registration;
    this.dependents = dependents;
    this.tools = tools;
  }

  @Override
  public List<EventSource<?, CacheTier>> prepareEventSources(
      EventSourceContext<CacheTier> context) {
    return registration.connect(OwnerKind.CACHE_TIER, context, dependents::cacheTierChanged);
  }

  @Override
  public UpdateControl<CacheTier> reconcile(CacheTier cacheTier, Context<CacheTier> context) {
    Owner owner = Owner.of(OwnerKind.CACHE_TIER, cacheTier);
    if (context.isPrimaryResourceDeleted()) {
      subject.forget(owner);
      loop.forget(owner);
      tools.canary().forget(owner);
      return UpdateControl.noUpdate();
    }
    if (tools.canary().is(cacheTier)) {
      tools.canary().arrived(owner);
      return UpdateControl.noUpdate();
    }
    return cacheTier.isMarkedForDeletion()
        ? UpdateControl.noUpdate()
        : loop.run(cacheTier, context);
  }
}
