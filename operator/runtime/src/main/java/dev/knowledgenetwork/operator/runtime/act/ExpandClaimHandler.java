package dev.knowledgenetwork.operator.runtime.act;

import dev.knowledgenetwork.operator.core.shardset.instance.ExpandClaim;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardVolumes;
import dev.knowledgenetwork.operator.core.workload.Amounts;
import dev.knowledgenetwork.operator.core.workload.Line;
import dev.knowledgenetwork.operator.runtime.kube.MergePatch;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enlarges what a claim asks for, by one read and one patch of the version that was read. Whether
 * its class can do that, the API server knows.
 */
public final class ExpandClaimHandler implements ActionHandler<ExpandClaim> {

  private static final Logger LOG = LoggerFactory.getLogger(ExpandClaimHandler.class);

  /** What the API server says of a class that does not allow it. */
  private static final String CANNOT_RESIZE = "must support resize";

  private static final int FORBIDDEN = 403;
  private static final int GONE = 404;
  private static final int CHANGED = 409;
  private static final int INVALID = 422;

  private final KubernetesClient client;

  /** Patches through that client. */
  public ExpandClaimHandler(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Class<ExpandClaim> type() {
    return ExpandClaim.class;
  }

  @Override
  public void run(ExpandClaim action) throws ActionFailed {
    PersistentVolumeClaim live =
        client
            .persistentVolumeClaims()
            .inNamespace(action.shard().namespace())
            .withName(action.claim())
            .get();
    if (live == null || live.isMarkedForDeletion()) {
      return;
    }
    Quantity before = ShardVolumes.request(live);
    if (Amounts.compare(before, action.size()) >= 0) {
      return;
    }
    try {
      client
          .resource(live)
          .patch(
              MergePatch.CONTEXT,
              client.getKubernetesSerialization().asJson(patch(live, action.size())));
      LOG.info(
          "{}: {} is to grow from {} to {}", action.shard(), action.claim(), before, action.size());
    } catch (KubernetesClientException e) {
      // Changed or gone meanwhile: the next pass sees how it is now.
      if (e.getCode() != GONE && e.getCode() != CHANGED) {
        throw refusal(action, live, before, e);
      }
    }
  }

  private static Map<String, Object> patch(PersistentVolumeClaim live, Quantity size) {
    return Map.of(
        "metadata",
        Map.of("resourceVersion", live.getMetadata().getResourceVersion()),
        "spec",
        Map.of("resources", Map.of("requests", Map.of("storage", size.toString()))));
  }

  /** A class, a quota or a policy stays as it is until a person changes it; it is tried again. */
  private static ActionFailed refusal(
      ExpandClaim action,
      PersistentVolumeClaim live,
      Quantity before,
      KubernetesClientException failure) {
    String words =
        Line.of(
            Optional.ofNullable(failure.getStatus()).map(Status::getMessage).orElse("no answer"));
    String what =
        "Claim %s cannot grow from %s to %s: %s."
            .formatted(action.claim(), before, action.size(), words);
    if (failure.getCode() != FORBIDDEN && failure.getCode() != INVALID) {
      return new ActionFailed(
          ActionReason.VOLUME_NOT_EXPANDED, what + " It is tried again.", failure);
    }
    String storageClass = Objects.requireNonNullElse(live.getSpec().getStorageClassName(), "");
    String allow =
        words.contains(CANNOT_RESIZE) && !storageClass.isEmpty()
            ? " Let its class do that, where its driver can: kubectl patch storageclass %s -p '{\"allowVolumeExpansion\": true}'; or set"
                .formatted(storageClass)
            : " It is tried again; or set";
    return ActionFailed.stuck(
        ActionReason.VOLUME_EXPANSION_REFUSED,
        what + allow + " spec.storage.size back to %s.".formatted(before),
        failure);
  }
}
