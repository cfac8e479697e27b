package dev.knowledgenetwork.operator.runtime.act;

import dev.knowledgenetwork.operator.core.shardset.instance.ReplacePod;
import dev.knowledgenetwork.operator.core.shardset.operation.Shard;
import dev.knowledgenetwork.operator.core.workload.Line;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;

/**
 * Deletes a pod that is still the very one that was seen, and has not become the primary since; its
 * controller makes it anew.
 */
public final class ReplacePodHandler implements ActionHandler<ReplacePod> {

  private static final int GONE = 404;
  private static final int CHANGED = 409;

  private final KubernetesClient client;

  /** Deletes through that client. */
  public ReplacePodHandler(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Class<ReplacePod> type() {
    return ReplacePod.class;
  }

  @Override
  public void run(ReplacePod action) throws ActionFailed {
    try {
      Resource<Pod> resource =
          client.pods().inNamespace(action.owner().namespace()).withName(action.pod());
      Pod live = resource.get();
      if (live != null
          && live.getMetadata().getUid().equals(action.uid())
          && (action.primary() || !Shard.isPrimary(live))) {
        // Patroni changes the pod's annotations all the time: the version read a moment ago counts.
        client.resource(live).lockResourceVersion(live.getMetadata().getResourceVersion()).delete();
      }
    } catch (KubernetesClientException e) {
      // Changed or gone meanwhile: the next pass sees how it is now.
      if (e.getCode() != GONE && e.getCode() != CHANGED) {
        throw new ActionFailed(
            ActionReason.POD_NOT_REPLACED,
            "The API server did not delete pod %s (%s). It is tried again."
                .formatted(
                    action.pod(),
                    Line.of(e.getStatus() == null ? "no answer" : e.getStatus().getMessage())),
            e);
      }
    }
  }
}
