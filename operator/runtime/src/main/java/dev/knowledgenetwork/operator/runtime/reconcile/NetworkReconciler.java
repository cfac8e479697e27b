package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkStatus;
import dev.knowledgenetwork.operator.core.kind.NetworkObserved;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;

/** Reconciles KnowledgeNetworks. Everything that one makes is collected with it: no finalizer. */
public final class NetworkReconciler implements Reconciler<KnowledgeNetwork> {

  private final ReconcileLoop<KnowledgeNetwork, KnowledgeNetworkStatus, NetworkObserved> loop;
  private final Registration registration;
  private final Tools tools;

  /** Works with these. */
  public NetworkReconciler(NetworkSubject subject, Registration registration, Tools tools) {
    this.loop = new ReconcileLoop<>(subject, tools);
    this.registration = registration;
    this.tools = tools;
  }

  @Override
  public List<EventSource<?, KnowledgeNetwork>> prepareEventSources(
      EventSourceContext<KnowledgeNetwork> context) {
    return registration.connect(OwnerKind.NETWORK, context, changed -> {});
  }

  @Override
  public UpdateControl<KnowledgeNetwork> reconcile(
      KnowledgeNetwork network, Context<KnowledgeNetwork> context) {
    Owner owner = Owner.of(OwnerKind.NETWORK, network);
    if (context.isPrimaryResourceDeleted()) {
      loop.forget(owner);
      tools.canary().forget(owner);
      return UpdateControl.noUpdate();
    }
    if (tools.canary().is(network)) {
      tools.canary().arrived(owner);
      return UpdateControl.noUpdate();
    }
    return network.isMarkedForDeletion() ? UpdateControl.noUpdate() : loop.run(network, context);
  }
}
