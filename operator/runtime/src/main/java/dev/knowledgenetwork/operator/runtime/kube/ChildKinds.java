package dev.knowledgenetwork.operator.runtime.kube;

import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.workload.Applied;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The kinds of children, and what of each is kept. */
final class ChildKinds {

  /** Annotations of Endpoints that a plan depends on. */
  private static final Set<String> KEPT =
      Set.of(
          Annotations.NOT_LEFT_OVER,
          Annotations.INITIALIZED,
          Annotations.LAST_LEADER,
          Annotations.LAST_STANDBYS);

  /**
   * EndpointSlices that Kubernetes makes of a selector, of Services that must have none. There are
   * none unless somebody gave them one. (Those of Patroni's Endpoints have another maker.)
   */
  private static final String LEFT_BEHIND =
      ChildInformers.SELECTOR
          + ","
          + Labels.ENDPOINTS
          + "="
          + Labels.PATRONI
          + ",endpointslice.kubernetes.io/managed-by=endpointslice-controller.k8s.io";

  /** The label that makes a Service send traffic to the endpoints of a slice. */
  static final String SERVICE = "kubernetes.io/service-name";

  /** There are few in a cluster: Kubernetes' own controllers make none of them. */
  private static final String FOREIGN =
      SERVICE
          + ",endpointslice.kubernetes.io/managed-by notin"
          + " (endpointslice-controller.k8s.io, endpointslicemirroring-controller.k8s.io)";

  /** Conditions of pods that are read. */
  private static final Set<String> KEPT_CONDITIONS = Set.of("Ready", "PodScheduled");

  private ChildKinds() {}

  static List<ChildKind<?>> all() {
    return List.of(
        ChildKind.plain(StatefulSet.class),
        ChildKind.plain(Deployment.class),
        ChildKind.plain(Job.class),
        new ChildKind<>(
            Pod.class, ChildInformers.SELECTOR, ChildKinds::strip, ChildKinds::podMatters),
        ChildKind.plain(Service.class),
        new ChildKind<>(
            Endpoints.class,
            ChildInformers.SELECTOR,
            ChildKinds::strip,
            ChildKinds::endpointsMatter),
        new ChildKind<>(
            EndpointSlice.class, LEFT_BEHIND, UnaryOperator.identity(), (before, after) -> false),
        ChildKind.plain(ConfigMap.class),
        ChildKind.plain(Secret.class),
        ChildKind.plain(ServiceAccount.class),
        ChildKind.plain(Role.class),
        ChildKind.plain(RoleBinding.class),
        ChildKind.plain(NetworkPolicy.class),
        ChildKind.plain(PodDisruptionBudget.class),
        ChildKind.plain(PersistentVolumeClaim.class));
  }

  /** EndpointSlices that somebody else made, of any Service; only that they are there counts. */
  static ChildKind<EndpointSlice> foreignSlices() {
    return new ChildKind<>(
        EndpointSlice.class,
        FOREIGN,
        slice -> {
          slice.setEndpoints(List.of());
          return slice;
        },
        (before, after) ->
            !Objects.equals(before.getMetadata().getLabels(), after.getMetadata().getLabels()));
  }

  /**
   * Patroni writes an annotation on each pod every loop; of a pod only whether it serves, and why
   * not, is of use, and with which Secrets it began. What else it is made of stands in the template
   * of its workload; what it asks of a node is kept while the scheduler finds none.
   */
  private static Pod strip(Pod pod) {
    pod.getMetadata()
        .setAnnotations(
            Applied.annotation(pod, Annotations.SECRETS_HASH)
                .map(hash -> Map.of(Annotations.SECRETS_HASH, hash))
                .orElse(Map.of()));
    pod.setSpec(scheduled(pod) ? null : askedOfANode(pod.getSpec()));
    PodStatus status = pod.getStatus();
    if (status != null) {
      pod.setStatus(
          new PodStatusBuilder()
              .withPhase(status.getPhase())
              .withReason(status.getReason())
              .withPodIP(status.getPodIP())
              .withConditions(
                  status.getConditions().stream()
                      .filter(condition -> KEPT_CONDITIONS.contains(condition.getType()))
                      .toList())
              .withContainerStatuses(states(status.getContainerStatuses()))
              .withInitContainerStatuses(states(status.getInitContainerStatuses()))
              .build());
    }
    return pod;
  }

  private static PodSpec askedOfANode(PodSpec spec) {
    return new PodSpecBuilder()
        .withNodeSelector(spec.getNodeSelector())
        .withContainers(
            spec.getContainers().stream()
                .map(
                    container ->
                        new ContainerBuilder()
                            .withName(container.getName())
                            .withResources(container.getResources())
                            .build())
                .toList())
        .build();
  }

  private static List<ContainerStatus> states(List<ContainerStatus> containers) {
    return containers.stream()
        .map(
            container ->
                new ContainerStatusBuilder()
                    .withName(container.getName())
                    .withReady(container.getReady())
                    .withRestartCount(container.getRestartCount())
                    .withState(container.getState())
                    .withLastState(container.getLastState())
                    .build())
        .toList();
  }

  private static boolean podMatters(Pod before, Pod after) {
    return !Objects.equals(phase(before), phase(after))
        || ready(before) != ready(after)
        || !states(before).equals(states(after))
        || scheduled(before) != scheduled(after)
        || !Objects.equals(before.getMetadata().getLabels(), after.getMetadata().getLabels())
        || !Objects.equals(
            before.getMetadata().getDeletionTimestamp(),
            after.getMetadata().getDeletionTimestamp());
  }

  private static String phase(Pod pod) {
    return pod.getStatus() == null ? "" : Objects.toString(pod.getStatus().getPhase(), "");
  }

  /**
   * Why containers do not start, as in ImagePullBackOff, how they ended, as in OOMKilled, and how
   * often: one that is killed and back within a moment looks as before.
   */
  private static List<String> states(Pod pod) {
    return pod.getStatus() == null
        ? List.of()
        : pod.getStatus().getContainerStatuses().stream()
            .flatMap(
                container ->
                    Stream.of(
                        reason(container.getState()),
                        reason(container.getLastState()),
                        String.valueOf(container.getRestartCount())))
            .toList();
  }

  private static String reason(@Nullable ContainerState state) {
    if (state != null && state.getWaiting() != null) {
      return Objects.toString(state.getWaiting().getReason(), "");
    }
    return state != null && state.getTerminated() != null
        ? Objects.toString(state.getTerminated().getReason(), "")
        : "";
  }

  /** Unless the scheduler says that it is not: it may have yet to look at it. */
  private static boolean scheduled(Pod pod) {
    return pod.getStatus() == null
        || pod.getStatus().getConditions().stream()
            .noneMatch(c -> c.getType().equals("PodScheduled") && c.getStatus().equals("False"));
  }

  private static boolean ready(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  /**
   * Patroni keeps its lock in annotations and addresses of Endpoints: not ours to look at, but for
   * whether there is data, and with whom the newest.
   */
  private static Endpoints strip(Endpoints endpoints) {
    endpoints.setSubsets(List.of());
    Map<String, String> kept = new LinkedHashMap<>();
    Map<String, String> annotations = endpoints.getMetadata().getAnnotations();
    if (annotations != null) {
      annotations.forEach(
          (key, value) -> {
            if (key.startsWith(Labels.DOMAIN) || KEPT.contains(key)) {
              kept.put(key, value);
            }
          });
    }
    endpoints.getMetadata().setAnnotations(kept);
    return endpoints;
  }

  /** Both are stripped already or not at all; labels are all that an operator repairs there. */
  private static boolean endpointsMatter(Endpoints before, Endpoints after) {
    return !Objects.equals(before.getMetadata().getLabels(), after.getMetadata().getLabels());
  }
}
