package dev.knowledgenetwork.operator.runtime.apply;

import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.runtime.kube.LiveView;
import dev.knowledgenetwork.operator.runtime.kube.OwnWrites;
import dev.knowledgenetwork.operator.runtime.kube.Reference;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Deletes children that the plan no longer names. Only what this very owner controls: volumes and
 * retained Secrets and Endpoints have no owner reference and are never touched here. A ShardSet is
 * never pruned either: data goes only when somebody deletes it by name.
 */
final class Pruning {

  private static final Set<String> NEVER = Set.of("Pod", "PersistentVolumeClaim", "ShardSet");

  private final KubernetesClient client;
  private final LiveView view;
  private final OwnWrites writes;

  Pruning(KubernetesClient client, LiveView view, OwnWrites writes) {
    this.client = client;
    this.view = view;
    this.writes = writes;
  }

  /** Deletes, and names what was deleted. Precondition: the plan is complete. */
  List<Reference> prune(Ownership ownership, Plan plan) {
    Set<Reference> planned =
        Stream.concat(
                plan.resources().stream().map(Reference::of),
                plan.secrets().stream()
                    .map(
                        secret ->
                            new Reference(
                                "Secret",
                                secret.metadata().getNamespace(),
                                secret.metadata().getName())))
            .collect(Collectors.toSet());
    List<Reference> pruned = new ArrayList<>();
    for (HasMetadata child : view.childrenOf(ownership.owner())) {
      Reference reference = Reference.of(child);
      if (!planned.contains(reference)
          && !NEVER.contains(reference.kind())
          && !child.isMarkedForDeletion()
          && ownership.controls(child)) {
        delete(child);
        pruned.add(reference);
      }
    }
    return pruned;
  }

  private void delete(HasMetadata child) {
    try {
      // The client asks for background propagation: a Job takes its pods with it.
      client.resource(child).lockResourceVersion(child.getMetadata().getResourceVersion()).delete();
      writes.forget(Reference.of(child));
    } catch (KubernetesClientException e) {
      // It changed a moment ago: the informer will show how, and the next pass decides anew.
      if (e.getCode() != 409) {
        throw e;
      }
    }
  }
}
