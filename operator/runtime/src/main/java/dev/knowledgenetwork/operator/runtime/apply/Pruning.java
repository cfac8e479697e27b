package dev.knowledgenetwork.operator.runtime.apply;

import dev.knowledgenetwork.crds.common.KnObject;
import dev.knowledgenetwork.operator.core.kind.Outcome;
import dev.knowledgenetwork.operator.core.kind.Outcome.Result;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.runtime.kube.LiveView;
import dev.knowledgenetwork.operator.runtime.kube.OwnWrites;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes children that the plan no longer names. Only what this very owner controls: volumes and
 * retained Secrets and Endpoints have no owner reference and are never touched here. A ShardSet is
 * never pruned either: data goes only when somebody deletes it by name.
 *
 * <p>It also deletes what Kubernetes made of a selector that somebody gave to a Service without
 * one. Its controller of EndpointSlices leaves them behind when the selector goes, and traffic
 * would go on to pods that the Service never meant.
 */
final class Pruning {

  private static final Logger LOG = LoggerFactory.getLogger(Pruning.class);
  private static final Set<String> NEVER = Set.of("Pod", "PersistentVolumeClaim", "ShardSet");
  private static final String SERVICE = "kubernetes.io/service-name";

  private final KubernetesClient client;
  private final LiveView view;
  private final OwnWrites writes;

  Pruning(KubernetesClient client, LiveView view, OwnWrites writes) {
    this.client = client;
    this.view = view;
    this.writes = writes;
  }

  /**
   * Deletes, and notes what was deleted or why it was not. Unplanned children go only when all that
   * is planned stands, for they may still be needed until then.
   */
  void prune(Ownership ownership, Plan plan, Outcome.Builder outcome) {
    boolean whole = outcome.clean() && plan.isWhole();
    Set<Reference> planned = planned(plan);
    for (HasMetadata child : view.childrenOf(ownership.owner())) {
      Reference reference = Reference.of(child);
      boolean unplanned =
          whole
              && !planned.contains(reference)
              && !NEVER.contains(reference.kind())
              && ownership.controls(child);
      if (child.isMarkedForDeletion() || KnObject.unreadable(child).isPresent()) {
        continue;
      }
      if (unplanned) {
        delete(ownership, child, "it is no longer planned", outcome);
      } else if (leftBehind(child, plan)) {
        delete(ownership, child, "its Service has no selector", outcome);
      }
    }
  }

  private static Set<Reference> planned(Plan plan) {
    return Stream.concat(
            plan.resources().stream().map(Reference::of),
            plan.secrets().stream()
                .map(
                    secret ->
                        new Reference(
                            "Secret",
                            secret.metadata().getNamespace(),
                            secret.metadata().getName())))
        .collect(Collectors.toSet());
  }

  private static boolean leftBehind(HasMetadata child, Plan plan) {
    return child instanceof EndpointSlice slice
        && plan.resources().stream()
            .filter(Service.class::isInstance)
            .map(Service.class::cast)
            .filter(service -> service.getSpec().getSelector().isEmpty())
            .map(service -> service.getMetadata().getName())
            .anyMatch(name -> name.equals(slice.getMetadata().getLabels().get(SERVICE)));
  }

  private void delete(Ownership ownership, HasMetadata child, String why, Outcome.Builder outcome) {
    Reference reference = Reference.of(child);
    try {
      // The client asks for background propagation: a Job takes its pods with it.
      client.resource(child).lockResourceVersion(child.getMetadata().getResourceVersion()).delete();
      writes.forget(reference);
      outcome.put(reference, new Result.Deleted());
      LOG.info("{} of {} is deleted: {}", ObjectApplier.named(reference), ownership.owner(), why);
    } catch (KubernetesClientException e) {
      // It changed or went a moment ago; the informer will show it, and the next pass decides anew.
      if (e.getCode() != 409 && e.getCode() != 404) {
        outcome.put(reference, new Result.Refused(ApiProblem.ofDeletion(e, reference)));
      }
    }
  }
}
