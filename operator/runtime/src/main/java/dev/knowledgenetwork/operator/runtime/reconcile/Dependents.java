package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.LocalReference;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.kube.Primaries;
import dev.knowledgenetwork.operator.runtime.kube.WakeUps;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Wakes the KnowledgeNetworks that rest on a ShardSet or a CacheTier. */
public record Dependents(Primaries primaries, WakeUps wakeUps) {

  /** The name of the ShardSet that a network refers to, or else makes. */
  static String shardSetOf(KnowledgeNetwork network) {
    return nameIn(network, network.getSpec().shardSet());
  }

  /** The name of the CacheTier that a network refers to, or else makes. */
  static String cacheTierOf(KnowledgeNetwork network) {
    return nameIn(network, network.getSpec().cacheTier());
  }

  void shardSetChanged(HasMetadata shardSet) {
    wake(shardSet, Dependents::shardSetOf);
  }

  void cacheTierChanged(HasMetadata cacheTier) {
    wake(cacheTier, Dependents::cacheTierOf);
  }

  private void wake(HasMetadata changed, Function<KnowledgeNetwork, String> used) {
    primaries
        .networks(changed.getMetadata().getNamespace())
        .filter(network -> used.apply(network).equals(changed.getMetadata().getName()))
        .forEach(network -> wakeUps.wake(Owner.of(OwnerKind.NETWORK, network)));
  }

  private static String nameIn(KnowledgeNetwork network, @Nullable LocalReference reference) {
    return reference == null ? network.getMetadata().getName() : reference.name();
  }
}
