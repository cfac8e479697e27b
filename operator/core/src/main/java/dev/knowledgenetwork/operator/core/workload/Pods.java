package dev.knowledgenetwork.operator.core.workload;

import static java.util.Objects.requireNonNullElse;

import dev.knowledgenetwork.crds.common.LocalReference;
import dev.knowledgenetwork.crds.common.Placement;
import dev.knowledgenetwork.crds.common.PodOptions;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What all pods and service accounts of one object have in common; every template starts here. */
public record Pods(PodOptions options, Placement placement) {

  /**
   * Metadata of a pod template: what the spec asks for, and ours on top of it.
   *
   * @param labels of which selectors may be made
   */
  public ObjectMeta metadata(Map<String, String> labels, Map<String, String> annotations) {
    return new ObjectMetaBuilder()
        .withLabels(over(options.podLabels(), labels))
        .withAnnotations(over(options.podAnnotations(), annotations))
        .build();
  }

  /** A pod that runs once, without a token for the Kubernetes API. */
  public PodSpecBuilder once(Cluster cluster, String serviceAccount) {
    return new PodSpecBuilder()
        .withServiceAccountName(serviceAccount)
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withSecurityContext(Security.pod(cluster))
        .withImagePullSecrets(pullSecrets())
        .withPriorityClassName(options.priorityClassName())
        .withNodeSelector(placement.nodeSelector())
        .withTolerations(Nodes.tolerations(placement.tolerations()));
  }

  /**
   * One of a group of pods, which prefer different nodes, without a token for the Kubernetes API.
   *
   * @param selector selects the pods of the group
   */
  public PodSpecBuilder ofGroup(
      Cluster cluster, String serviceAccount, Map<String, String> selector) {
    return once(cluster, serviceAccount)
        .withAffinity(Nodes.preferDifferent(selector))
        .withTopologySpreadConstraints(Nodes.spread(placement.topologySpread(), selector));
  }

  /** An account whose token is mounted only by pods that say so. */
  public ServiceAccount account(ObjectMeta metadata) {
    return new ServiceAccountBuilder()
        .withMetadata(
            new ObjectMetaBuilder(metadata)
                .addToAnnotations(options.serviceAccountAnnotations())
                .build())
        .withAutomountServiceAccountToken(false)
        .build();
  }

  /** What of the spec stands in every template, as inputs of a {@link Recipe}. */
  public Map<String, Object> inputs() {
    return Map.of(
        "placement",
        placement,
        "imagePullSecrets",
        options.imagePullSecrets(),
        "priorityClassName",
        requireNonNullElse(options.priorityClassName(), ""),
        "podLabels",
        options.podLabels(),
        "podAnnotations",
        options.podAnnotations());
  }

  private List<LocalObjectReference> pullSecrets() {
    return options.imagePullSecrets().stream()
        .map(LocalReference::name)
        .map(LocalObjectReference::new)
        .toList();
  }

  private static Map<String, String> over(Map<String, String> theirs, Map<String, String> ours) {
    Map<String, String> all = new LinkedHashMap<>(theirs);
    all.putAll(ours);
    return all;
  }
}
