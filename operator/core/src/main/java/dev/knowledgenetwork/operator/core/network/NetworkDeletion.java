package dev.knowledgenetwork.operator.core.network;

import dev.knowledgenetwork.crds.common.DeletionPolicy;
import dev.knowledgenetwork.crds.common.KnObject;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Removal;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.network.dependency.OwnedDependencies;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What remains to be done when a network is deleted: its last wish for the data reaches the
 * ShardSet that it made. Kubernetes deletes that one as soon as the network is gone, and what was
 * changed while no operator ran has not been passed on yet.
 */
final class NetworkDeletion {

  private NetworkDeletion() {}

  static Removal remaining(KnowledgeNetwork network, Children children) {
    Optional<ShardSet> made =
        children
            .all(ShardSet.class)
            .filter(set -> OwnedDependencies.isMadeBy(network, set) || isOrphan(network, set))
            .filter(set -> set.hasFinalizer(Annotations.FINALIZER))
            .findFirst();
    if (made.isEmpty()) {
      return Removal.complete();
    }
    ShardSet set = made.get();
    if (set.isMarkedForDeletion()) {
      return Removal.awaiting(
          List.of(set), "ShardSet %s is taken down".formatted(set.getMetadata().getName()));
    }
    if (KnObject.unreadable(set).isPresent()) {
      return Removal.step(
          List.of(),
          "this version of the operator understands ShardSet %s, or that is deleted"
              .formatted(set.getMetadata().getName()));
    }
    DeletionPolicy wish = network.getSpec().deletionPolicy();
    return set.getSpec().deletionPolicy() == wish
        ? Removal.complete()
        : Removal.editing(
            new Removal.Edit(set, Map.of("spec", Map.of("deletionPolicy", wish))),
            "ShardSet %s has the deletion policy of the network"
                .formatted(set.getMetadata().getName()));
  }

  /**
   * Deleted with orphan propagation, a network leaves its ShardSet, which keeps its last wish. One
   * that is older than the network was left by another of the same name, and has the wish of that.
   */
  private static boolean isOrphan(KnowledgeNetwork network, ShardSet set) {
    return network.getSpec().shardSet() == null
        && set.getMetadata().getOwnerReferences().isEmpty()
        && set.getMetadata().getName().equals(network.getMetadata().getName())
        && !created(set).isBefore(created(network));
  }

  private static Instant created(HasMetadata object) {
    return Instant.parse(object.getMetadata().getCreationTimestamp());
  }
}
