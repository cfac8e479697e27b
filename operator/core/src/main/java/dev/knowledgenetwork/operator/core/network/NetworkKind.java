package dev.knowledgenetwork.operator.core.network;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.KnObject;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkSpec;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkStatus;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Draft;
import dev.knowledgenetwork.operator.core.kind.Kind;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.kind.Removal;
import dev.knowledgenetwork.operator.core.network.dependency.Dependency;
import dev.knowledgenetwork.operator.core.network.feature.Monitoring;
import dev.knowledgenetwork.operator.core.operation.Operations;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.OptionalApi;
import dev.knowledgenetwork.operator.core.plan.Target;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The application, with the ShardSet and the CacheTier that it rests on. */
public final class NetworkKind
    implements Kind<KnowledgeNetwork, KnowledgeNetworkStatus, KnowledgeNetwork> {

  /** Nothing that takes longer goes on at it yet. A new operation is a class and a line here. */
  private final Operations<KnowledgeNetwork> operations = new Operations<>(List.of());

  /** A new one is a line here. */
  private static final Set<OptionalApi> OPTIONAL = Set.of(Monitoring.API);

  private final Images images;

  /** Makes pods of these images where a spec names none. */
  public NetworkKind(Images images) {
    this.images = images;
  }

  @Override
  public String name() {
    return "KnowledgeNetwork";
  }

  @Override
  public KnowledgeNetwork blank() {
    return new KnowledgeNetwork();
  }

  @Override
  public Set<Target> related(KnowledgeNetwork network) {
    String namespace = network.getMetadata().getNamespace();
    return Set.of(
        new Target("ShardSet", namespace, Dependency.shardSetOf(network), ""),
        new Target("CacheTier", namespace, Dependency.cacheTierOf(network), ""));
  }

  @Override
  public boolean uses(KnowledgeNetwork network, Target used) {
    if (KnObject.unreadable(network).isPresent()) {
      return !used.kind().equals(name());
    }
    KnowledgeNetworkSpec spec = network.getSpec();
    return related(network).contains(used)
        && (used.kind().equals("ShardSet") ? spec.shardSet() : spec.cacheTier()) != null;
  }

  @Override
  public Set<OptionalApi> optionalApis() {
    return OPTIONAL;
  }

  @Override
  public Operations<KnowledgeNetwork> operations() {
    return operations;
  }

  @Override
  public Draft<KnowledgeNetwork> draft(KnowledgeNetwork primary, Observed observed) {
    return Draft.plain(NetworkPlanner.plan(primary, observed, images));
  }

  @Override
  public KnowledgeNetworkStatus status(Pass<KnowledgeNetwork> pass) {
    return NetworkStatusCalculator.calculate(pass);
  }

  @Override
  public KnowledgeNetworkStatus accepted(@Nullable Long generation, List<Condition> conditions) {
    return new KnowledgeNetworkStatus(
        generation, conditions, null, null, null, null, null, List.of());
  }

  @Override
  public KnowledgeNetworkStatus with(
      KnowledgeNetworkStatus status, List<Condition> conditions, List<OperationState> operations) {
    return status.with(conditions, operations);
  }

  @Override
  public boolean isTakenDown() {
    return true;
  }

  @Override
  public Removal removal(KnowledgeNetwork network, Children children, Optional<HasMetadata> owner) {
    return NetworkDeletion.remaining(network, children);
  }
}
