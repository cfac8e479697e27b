package dev.knowledgenetwork.operator.runtime.apply;

import dev.knowledgenetwork.operator.core.plan.Problem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * Whether the owner still lives, as far as it was known to live, asked of the API server once a
 * pass and only where something is about to be created: our cache may not know of its deletion yet,
 * and what is created then would have to be collected again.
 */
final class OwnerLiveness {

  /** What to say where it does not. */
  static final Problem OWNER_GONE =
      new Problem.Transient(ApplyReason.OWNER_GONE, "It is being deleted: nothing new is made.");

  private final KubernetesClient client;
  private final HasMetadata primary;
  private boolean asked;
  private boolean answer;

  OwnerLiveness(KubernetesClient client, HasMetadata primary) {
    this.client = client;
    this.primary = primary;
  }

  boolean alive() {
    if (!asked) {
      HasMetadata now = client.resource(primary).get();
      answer =
          now != null
              && (primary.isMarkedForDeletion() || !now.isMarkedForDeletion())
              && now.getMetadata().getUid().equals(primary.getMetadata().getUid());
      asked = true;
    }
    return answer;
  }
}
