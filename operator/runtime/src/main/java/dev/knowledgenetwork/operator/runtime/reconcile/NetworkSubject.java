package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkStatus;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.NetworkObserved;
import dev.knowledgenetwork.operator.core.network.NetworkPlanner;
import dev.knowledgenetwork.operator.core.network.NetworkStatusCalculator;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.runtime.kube.LiveView;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.kube.Primaries;
import dev.knowledgenetwork.operator.runtime.kube.ServiceMonitors;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a KnowledgeNetwork is observed, planned and judged. */
public final class NetworkSubject
    implements Subject<KnowledgeNetwork, KnowledgeNetworkStatus, NetworkObserved> {

  private final LiveView view;
  private final Images images;
  private final Primaries primaries;
  private final ServiceMonitors serviceMonitors;

  /** Observes through these. */
  public NetworkSubject(
      LiveView view, Images images, Primaries primaries, ServiceMonitors serviceMonitors) {
    this.view = view;
    this.images = images;
    this.primaries = primaries;
    this.serviceMonitors = serviceMonitors;
  }

  @Override
  public OwnerKind kind() {
    return OwnerKind.NETWORK;
  }

  @Override
  public NetworkObserved observe(KnowledgeNetwork network, Owner owner) {
    return new NetworkObserved(
        new Children(view.childrenOf(owner)),
        primaries.shardSet(owner.namespace(), Dependents.shardSetOf(network)),
        primaries.cacheTier(owner.namespace(), Dependents.cacheTierOf(network)),
        serviceMonitors.served());
  }

  @Override
  public boolean pending(Owner owner) {
    return false;
  }

  @Override
  public Plan plan(KnowledgeNetwork network, NetworkObserved observed, Instant now) {
    return NetworkPlanner.plan(network, observed, images, now);
  }

  @Override
  public KnowledgeNetworkStatus status(
      KnowledgeNetwork network, NetworkObserved observed, Plan plan, Instant now) {
    return NetworkStatusCalculator.calculate(network, observed, plan, now);
  }

  @Override
  public KnowledgeNetworkStatus first(@Nullable Long generation, List<Condition> conditions) {
    return new KnowledgeNetworkStatus(generation, conditions, null, null, null, null);
  }

  @Override
  public KnowledgeNetwork blank() {
    return new KnowledgeNetwork();
  }

  @Override
  public void settled(Owner owner, boolean settled) {}
}
