package dev.knowledgenetwork.operator.runtime.kit;

import dev.knowledgenetwork.operator.core.naming.Hash;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.VolumeMountStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in for the controllers and the kubelet in one namespace: makes pods and claims of
 * StatefulSets, says that workloads are ready and Jobs complete, lets claims go, collects what has
 * lost its owner unless a test holds the collector back. Looks every 100 ms at everything, so it
 * needs no memory and knows no races.
 */
public final class FakeCluster implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FakeCluster.class);

  private final KubernetesClient client;
  private final String namespace;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private volatile boolean collecting = true;

  /** Starts at once. */
  public FakeCluster(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
    timer.scheduleWithFixedDelay(this::tick, 0, 100, TimeUnit.MILLISECONDS);
  }

  /** From now on what has lost its owner stays until the test takes it away, or again goes. */
  public void collecting(boolean now) {
    collecting = now;
  }

  private void tick() {
    try {
      Set<String> pods = pods();
      client
          .apps()
          .statefulSets()
          .inNamespace(namespace)
          .list()
          .getItems()
          .forEach(set -> run(set, pods));
      client.apps().deployments().inNamespace(namespace).list().getItems().forEach(this::run);
      client.batch().v1().jobs().inNamespace(namespace).list().getItems().forEach(this::run);
      claims().stream().filter(HasMetadata::isMarkedForDeletion).forEach(this::release);
      if (collecting) {
        collect();
      }
    } catch (KubernetesClientException e) {
      // Objects come and go under our hands; the next tick sees what is.
      LOG.debug("the API server answered {}", e.getCode());
    }
  }

  private Set<String> pods() {
    return client.pods().inNamespace(namespace).list().getItems().stream()
        .map(pod -> pod.getMetadata().getName())
        .collect(Collectors.toSet());
  }

  private void run(StatefulSet set, Set<String> pods) {
    if (set.isMarkedForDeletion()) {
      return;
    }
    int replicas = set.getSpec().getReplicas();
    for (int n = 0; n < replicas; n++) {
      String name = set.getMetadata().getName() + "-" + n;
      if (!pods.contains(name)) {
        claims(set, name);
        pod(set, name, n);
      }
    }
    if (set.getStatus() == null
        || !Objects.equals(set.getStatus().getReadyReplicas(), replicas)
        || !Objects.equals(
            set.getStatus().getObservedGeneration(), set.getMetadata().getGeneration())) {
      boolean stays =
          "OnDelete".equals(set.getSpec().getUpdateStrategy().getType())
              && set.getStatus() != null
              && set.getStatus().getCurrentRevision() != null;
      String first = stays ? set.getStatus().getCurrentRevision() : revision(set);
      set.setStatus(
          new StatefulSetStatusBuilder()
              .withReplicas(replicas)
              .withReadyReplicas(replicas)
              .withAvailableReplicas(replicas)
              .withCurrentReplicas(replicas)
              .withUpdatedReplicas(replicas)
              .withCurrentRevision(first)
              .withUpdateRevision(revision(set))
              .withObservedGeneration(set.getMetadata().getGeneration())
              .build());
      client.resource(set).patchStatus();
    }
  }

  /** A template has one name, as with Kubernetes. */
  private static String revision(StatefulSet set) {
    return set.getMetadata().getName() + "-" + Hash.ofValue(set.getSpec().getTemplate());
  }

  private void claims(StatefulSet set, String pod) {
    for (PersistentVolumeClaim template : set.getSpec().getVolumeClaimTemplates()) {
      Map<String, String> labels = new HashMap<>();
      if (template.getMetadata().getLabels() != null) {
        labels.putAll(template.getMetadata().getLabels());
      }
      labels.putAll(set.getSpec().getSelector().getMatchLabels());
      String name = template.getMetadata().getName() + "-" + pod;
      if (client.persistentVolumeClaims().inNamespace(namespace).withName(name).get() == null) {
        client
            .resource(
                new PersistentVolumeClaimBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withNamespace(namespace)
                    .withLabels(labels)
                    .endMetadata()
                    .withSpec(template.getSpec())
                    .build())
            .create();
      }
    }
  }

  private void pod(StatefulSet set, String name, int ordinal) {
    Map<String, String> labels =
        new HashMap<>(set.getSpec().getTemplate().getMetadata().getLabels());
    labels.put("controller-revision-hash", revision(set));
    labels.put("knowledgenetwork.dev/role", ordinal == 0 ? "primary" : "replica");
    pod(set, name, labels, withClaims(set, name));
  }

  /** A pod that serves, as the kubelet tells of one. */
  private void pod(HasMetadata owner, String name, Map<String, String> labels, PodSpec spec) {
    Pod pod =
        client
            .resource(
                new PodBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withNamespace(namespace)
                    .withLabels(labels)
                    .withOwnerReferences(
                        new OwnerReferenceBuilder()
                            .withApiVersion(owner.getApiVersion())
                            .withKind(owner.getKind())
                            .withName(owner.getMetadata().getName())
                            .withUid(owner.getMetadata().getUid())
                            .withController(true)
                            .build())
                    .endMetadata()
                    .withSpec(spec)
                    .build())
            .create();
    pod.setStatus(
        new PodStatusBuilder()
            .withPhase("Running")
            .withConditions(new PodConditionBuilder().withType("Ready").withStatus("True").build())
            .withContainerStatuses(
                spec.getContainers().stream().map(c -> serving(name, c)).toList())
            .build());
    client.resource(pod).patchStatus();
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

  private static PodSpec withClaims(StatefulSet set, String pod) {
    PodSpecBuilder spec = new PodSpecBuilder(set.getSpec().getTemplate().getSpec());
    for (PersistentVolumeClaim template : set.getSpec().getVolumeClaimTemplates()) {
      String claim = template.getMetadata().getName();
      spec.addNewVolume()
          .withName(claim)
          .withNewPersistentVolumeClaim(claim + "-" + pod, false)
          .endVolume();
    }
    return spec.build();
  }

  /** Makes pods of Deployments too: most tests need none. */
  public void deploymentsHavePods() {
    client.apps().deployments().inNamespace(namespace).list().getItems().stream()
        .filter(deployment -> !deployment.isMarkedForDeletion())
        .forEach(this::pods);
  }

  private void pods(Deployment deployment) {
    Set<String> pods = pods();
    for (int n = 0; n < deployment.getSpec().getReplicas(); n++) {
      String name = deployment.getMetadata().getName() + "-" + n;
      if (!pods.contains(name)) {
        PodTemplateSpec template = deployment.getSpec().getTemplate();
        pod(deployment, name, template.getMetadata().getLabels(), template.getSpec());
      }
    }
  }

  private void run(Deployment deployment) {
    int replicas = deployment.getSpec().getReplicas();
    if (deployment.getStatus() != null
        && Objects.equals(
            deployment.getStatus().getObservedGeneration(),
            deployment.getMetadata().getGeneration())) {
      return;
    }
    deployment.setStatus(
        new DeploymentStatusBuilder()
            .withReplicas(replicas)
            .withReadyReplicas(replicas)
            .withAvailableReplicas(replicas)
            .withUpdatedReplicas(replicas)
            .withObservedGeneration(deployment.getMetadata().getGeneration())
            .addNewCondition()
            .withType("Available")
            .withStatus("True")
            .endCondition()
            .build());
    client.resource(deployment).patchStatus();
  }

  private void run(Job job) {
    if (job.getStatus() != null && Objects.equals(job.getStatus().getSucceeded(), 1)) {
      return;
    }
    job.setStatus(
        new JobStatusBuilder()
            .withSucceeded(1)
            .withStartTime("2026-01-01T00:00:00Z")
            .withCompletionTime("2026-01-01T00:00:01Z")
            .addNewCondition()
            .withType("SuccessCriteriaMet")
            .withStatus("True")
            .endCondition()
            .addNewCondition()
            .withType("Complete")
            .withStatus("True")
            .endCondition()
            .build());
    client.resource(job).patchStatus();
  }

  private List<PersistentVolumeClaim> claims() {
    return client.persistentVolumeClaims().inNamespace(namespace).list().getItems();
  }

  private void release(PersistentVolumeClaim claim) {
    client
        .resource(claim)
        .edit(
            live -> {
              live.getMetadata().setFinalizers(List.of());
              return live;
            });
  }

  /** What the garbage collector does: an object whose controller is gone goes too. */
  private void collect() {
    List<HasMetadata> all = all().toList();
    Set<String> alive =
        all.stream().map(object -> object.getMetadata().getUid()).collect(Collectors.toSet());
    all.stream()
        .filter(object -> !object.isMarkedForDeletion())
        .filter(object -> orphaned(object.getMetadata(), alive))
        .forEach(object -> client.resource(object).withGracePeriod(0).delete());
  }

  private static boolean orphaned(ObjectMeta metadata, Set<String> alive) {
    return !metadata.getOwnerReferences().isEmpty()
        && metadata.getOwnerReferences().stream()
            .noneMatch(reference -> alive.contains(reference.getUid()));
  }

  private Stream<HasMetadata> all() {
    return Kinds.ALL.stream().flatMap(kind -> list(client.resources(kind)));
  }

  private <T extends HasMetadata> Stream<HasMetadata> list(MixedOperation<T, ?, ?> operation) {
    return operation.inNamespace(namespace).resources().map(r -> (HasMetadata) r.item());
  }

  @Override
  public void close() {
    timer.shutdownNow();
    timer.close();
  }
}
