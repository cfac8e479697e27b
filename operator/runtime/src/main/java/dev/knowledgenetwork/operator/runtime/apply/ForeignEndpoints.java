package dev.knowledgenetwork.operator.runtime.apply;

import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.runtime.kube.LiveView;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;

/**
 * Traffic of our Services that others lead elsewhere, by EndpointSlices that name them. It is told
 * and not put right: whatever makes such a slice, as a mesh of clusters does, would make it again.
 */
final class ForeignEndpoints {

  private static final String TOLD =
      "EndpointSlice %2$s leads traffic of Service %3$s to endpoints that are not its own, and was"
          + " not made by Kubernetes or this operator: kubectl -n %1$s delete endpointslice %2$s,"
          + " or remove what makes it.";

  private ForeignEndpoints() {}

  static List<Problem> of(Plan plan, LiveView view) {
    return plan.resources().stream()
        .filter(Service.class::isInstance)
        .map(Reference::of)
        .flatMap(service -> view.foreignSlices(service).map(slice -> told(service, slice)))
        .toList();
  }

  private static Problem told(Reference service, String slice) {
    return new Problem.Stuck(
        ApplyReason.FOREIGN_ENDPOINTS, TOLD.formatted(service.namespace(), slice, service.name()));
  }
}
