package dev.knowledgenetwork.operator.runtime.kit;

import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.naming.Labels;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The StatefulSet controller: what is missing is made, of the newest template; what was made is
 * ready at the next look; what is too much goes. Pods of an older template stay with the update
 * strategy OnDelete, and are otherwise replaced one at a time.
 */
final class FakeStatefulSets {

  private static final String REVISION = "controller-revision-hash";
  private static final String ON_DELETE = "OnDelete";

  private final KubernetesClient client;
  private final String namespace;
  private final FakePods kubelet;
  private final FakeVolumes volumes;

  FakeStatefulSets(
      KubernetesClient client, String namespace, FakePods kubelet, FakeVolumes volumes) {
    this.volumes = volumes;
    this.client = client;
    this.namespace = namespace;
    this.kubelet = kubelet;
  }

  /** One look at a StatefulSet and all pods of the namespace. */
  void run(StatefulSet set, List<Pod> all) {
    if (set.isMarkedForDeletion()) {
      return;
    }
    all.stream().filter(pod -> isLeftBehind(pod, set)).forEach(pod -> adopt(pod, set));
    Map<String, Pod> pods =
        all.stream()
            .filter(pod -> owned(pod, set))
            .collect(Collectors.toMap(pod -> pod.getMetadata().getName(), pod -> pod));
    // That of an earlier StatefulSet is in the way until it is collected.
    Set<String> taken =
        all.stream().map(pod -> pod.getMetadata().getName()).collect(Collectors.toSet());
    int replicas = set.getSpec().getReplicas();
    for (int n = 0; n < replicas; n++) {
      String name = set.getMetadata().getName() + "-" + n;
      Pod pod = pods.get(name);
      if (pod == null && !taken.contains(name)) {
        claims(set, name);
        pod(set, name, pods.values());
      } else if (pod != null && !FakePods.isReady(pod) && !pod.isMarkedForDeletion()) {
        kubelet.start(pod);
      }
    }
    pods.values().stream()
        .filter(pod -> ordinal(pod) >= replicas && !pod.isMarkedForDeletion())
        .forEach(kubelet::delete);
    roll(set, pods.values());
    StatefulSetStatus now = status(set, pods.values());
    if (!now.equals(set.getStatus())) {
      set.setStatus(now);
      client.resource(set).patchStatus();
    }
  }

  private static StatefulSetStatus status(StatefulSet set, Collection<Pod> pods) {
    String revision = revision(set);
    int ready = (int) pods.stream().filter(FakePods::isReady).count();
    int updated =
        (int)
            pods.stream()
                .filter(pod -> revision.equals(pod.getMetadata().getLabels().get(REVISION)))
                .count();
    boolean whole = updated == set.getSpec().getReplicas();
    // Kubernetes never moves it with OnDelete.
    boolean stays =
        (isOnDelete(set) || !whole)
            && set.getStatus() != null
            && set.getStatus().getCurrentRevision() != null;
    String current = stays ? set.getStatus().getCurrentRevision() : revision;
    return new StatefulSetStatusBuilder()
        .withReplicas(pods.size())
        .withReadyReplicas(ready)
        .withAvailableReplicas(ready)
        .withCurrentReplicas(whole ? updated : pods.size() - updated)
        .withUpdatedReplicas(updated)
        .withCurrentRevision(current)
        .withUpdateRevision(revision)
        .withObservedGeneration(set.getMetadata().getGeneration())
        .build();
  }

  private void roll(StatefulSet set, Collection<Pod> pods) {
    boolean whole =
        pods.size() == set.getSpec().getReplicas() && pods.stream().allMatch(FakePods::isReady);
    if (!isOnDelete(set) && whole) {
      pods.stream()
          .filter(pod -> !revision(set).equals(pod.getMetadata().getLabels().get(REVISION)))
          .max(Comparator.comparing(FakeStatefulSets::ordinal))
          .ifPresent(kubelet::delete);
    }
  }

  private static boolean isOnDelete(StatefulSet set) {
    return set.getSpec().getUpdateStrategy().getType().equals(ON_DELETE);
  }

  private static boolean owned(Pod pod, StatefulSet set) {
    return pod.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(set.getMetadata().getUid()));
  }

  private static boolean isLeftBehind(Pod pod, StatefulSet set) {
    return pod.getMetadata().getOwnerReferences().isEmpty()
        && !pod.isMarkedForDeletion()
        && pod.getMetadata().getName().matches(set.getMetadata().getName() + "-[0-9]+")
        && pod.getMetadata()
            .getLabels()
            .entrySet()
            .containsAll(set.getSpec().getSelector().getMatchLabels().entrySet());
  }

  /** It is this one's from the next look on. */
  private void adopt(Pod pod, StatefulSet set) {
    client
        .resource(pod)
        .edit(
            live -> {
              live.getMetadata().setOwnerReferences(List.of(FakePods.controller(set)));
              return live;
            });
  }

  private static int ordinal(Pod pod) {
    String name = pod.getMetadata().getName();
    return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
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
        PersistentVolumeClaim claim =
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .withLabels(labels)
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
        volumes.bind(client.resource(claim).create());
      }
    }
  }

  /** The first one of all leads; whoever comes later follows. */
  private void pod(StatefulSet set, String name, Collection<Pod> others) {
    Map<String, String> labels =
        new HashMap<>(set.getSpec().getTemplate().getMetadata().getLabels());
    labels.put(REVISION, revision(set));
    boolean led = !others.isEmpty() || !name.endsWith("-0");
    labels.put(Labels.ROLE, led ? "replica" : "primary");
    kubelet.make(set, name, labels, withClaims(set, name));
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
}
