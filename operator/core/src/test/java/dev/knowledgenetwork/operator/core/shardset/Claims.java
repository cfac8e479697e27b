package dev.knowledgenetwork.operator.core.shardset;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpecBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Map;

/** Claims of a simulated cluster: made by Kubernetes, filled by a provisioner. */
final class Claims {

  private Claims() {}

  /** That of a pod, by the template that its StatefulSet has now. */
  static PersistentVolumeClaim of(StatefulSet set, String pod, String now) {
    PersistentVolumeClaim template = set.getSpec().getVolumeClaimTemplates().getFirst();
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withName("data-" + pod)
        .withCreationTimestamp(now)
        .withLabels(template.getMetadata().getLabels())
        .endMetadata()
        .withSpec(new PersistentVolumeClaimSpecBuilder(template.getSpec()).build())
        .build();
  }

  /** It asks for more from now on. */
  static void expand(PersistentVolumeClaim claim, Quantity size) {
    claim.getSpec().getResources().setRequests(Map.of("storage", size));
  }

  /** It has what it asks for. */
  static void bind(PersistentVolumeClaim claim) {
    claim.setStatus(
        new PersistentVolumeClaimStatusBuilder()
            .withPhase("Bound")
            .withCapacity(Map.copyOf(claim.getSpec().getResources().getRequests()))
            .build());
  }
}
