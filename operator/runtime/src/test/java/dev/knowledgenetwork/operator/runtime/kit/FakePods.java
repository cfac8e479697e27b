package dev.knowledgenetwork.operator.runtime.kit;

import dev.knowledgenetwork.operator.core.naming.Hash;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;

/** The kubelet: pods are made, start, serve and end, as it tells of them. */
final class FakePods {

  private static final String NODE = "node";

  private final KubernetesClient client;
  private final String namespace;

  FakePods(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  List<Pod> all() {
    return client.pods().inNamespace(namespace).list().getItems();
  }

  /** One that does not run yet. A pod of no node would be gone at once when it is deleted. */
  Pod make(HasMetadata owner, String name, Map<String, String> labels, PodSpec spec) {
    return client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .withLabels(labels)
                .withOwnerReferences(controller(owner))
                .endMetadata()
                .withSpec(new PodSpecBuilder(spec).withNodeName(NODE).build())
                .build())
        .create();
  }

  static OwnerReference controller(HasMetadata owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(owner.getApiVersion())
        .withKind(owner.getKind())
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .withController(true)
        .build();
  }

  /** It serves from now on. */
  void start(Pod pod) {
    String name = pod.getMetadata().getName();
    pod.setStatus(
        new PodStatusBuilder()
            .withPhase("Running")
            .withConditions(new PodConditionBuilder().withType("Ready").withStatus("True").build())
            .withContainerStatuses(
                pod.getSpec().getContainers().stream().map(c -> serving(name, c)).toList())
            .build());
    client.resource(pod).patchStatus();
  }

  /** Its container has ended with that message. */
  void end(Pod pod, boolean well, String message) {
    Container container = pod.getSpec().getContainers().getFirst();
    pod.setStatus(
        new PodStatusBuilder()
            .withPhase(well ? "Succeeded" : "Failed")
            .addNewContainerStatus()
            .withName(container.getName())
            .withImage(container.getImage())
            .withImageID("")
            .withReady(false)
            .withRestartCount(0)
            .withNewState()
            .withNewTerminated()
            .withExitCode(well ? 0 : 1)
            .withMessage(message)
            .endTerminated()
            .endState()
            .endContainerStatus()
            .build());
    client.resource(pod).patchStatus();
  }

  /** It is to go, and ends as the kubelet has it. */
  void delete(Pod pod) {
    client.resource(pod).delete();
  }

  /** Its containers have ended, so it goes. */
  void end(Pod pod) {
    client.resource(pod).withGracePeriod(0).delete();
  }

  /** Whether a pod serves. */
  static boolean isReady(Pod pod) {
    return !pod.isMarkedForDeletion()
        && pod.getStatus() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  private static ContainerStatus serving(String pod, Container container) {
    return new ContainerStatusBuilder()
        .withName(container.getName())
        .withImage(container.getImage())
        .withImageID(container.getImage() + "@sha256:" + Hash.ofValue(container.getImage()))
        .withContainerID("containerd://" + Hash.ofValue(pod))
        .withReady(true)
        .withStarted(true)
        .withRestartCount(0)
        .withNewState()
        .withNewRunning("2026-01-01T00:00:00Z")
        .endState()
        .withVolumeMounts(
            container.getVolumeMounts().stream()
                .map(
                    mount ->
                        new VolumeMountStatusBuilder()
                            .withName(mount.getName())
                            .withMountPath(mount.getMountPath())
                            .withReadOnly(mount.getReadOnly())
                            .build())
                .toList())
        .build();
  }
}
