package dev.knowledgenetwork.operator.runtime.kit;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The provisioner, and the controller that protects claims: they are bound when they are made, have
 * what they ask for at the next look, and go once no pod mounts them.
 */
final class FakeVolumes {

  private static final String PROTECTION = "kubernetes.io/pvc-protection";

  private final KubernetesClient client;
  private final String namespace;
  private volatile boolean grow = true;

  FakeVolumes(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Whether claims get what they ask for. */
  void grow(boolean now) {
    grow = now;
  }

  /** One look at all claims and pods of the namespace. */
  void run(List<Pod> pods) {
    for (PersistentVolumeClaim claim :
        client.persistentVolumeClaims().inNamespace(namespace).list().getItems()) {
      if (claim.isMarkedForDeletion()) {
        if (pods.stream().noneMatch(pod -> mounts(pod, claim.getMetadata().getName()))) {
          release(claim);
        }
      } else if (grow && claim.getStatus().getCapacity() != null && !has(claim, asked(claim))) {
        bind(claim);
      }
    }
  }

  /** It has a volume of the size that it asks for. */
  void bind(PersistentVolumeClaim claim) {
    claim.setStatus(
        new PersistentVolumeClaimStatusBuilder()
            .withPhase("Bound")
            .withAccessModes("ReadWriteOnce")
            .withCapacity(Map.of("storage", asked(claim)))
            .build());
    client.resource(claim).patchStatus();
  }

  private static Quantity asked(PersistentVolumeClaim claim) {
    return claim.getSpec().getResources().getRequests().get("storage");
  }

  private static boolean has(PersistentVolumeClaim claim, Quantity size) {
    Quantity present = claim.getStatus().getCapacity().get("storage");
    return present == null || present.getNumericalAmount().equals(size.getNumericalAmount());
  }

  private static boolean mounts(Pod pod, String claim) {
    return pod.getSpec().getVolumes().stream()
        .map(volume -> volume.getPersistentVolumeClaim())
        .filter(Objects::nonNull)
        .anyMatch(source -> source.getClaimName().equals(claim));
  }

  private void release(PersistentVolumeClaim claim) {
    client
        .resource(claim)
        .edit(
            live -> {
              live.getMetadata()
                  .setFinalizers(
                      live.getMetadata().getFinalizers().stream()
                          .filter(finalizer -> !finalizer.equals(PROTECTION))
                          .toList());
              return live;
            });
  }
}
