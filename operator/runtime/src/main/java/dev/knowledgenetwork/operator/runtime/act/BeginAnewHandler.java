package dev.knowledgenetwork.operator.runtime.act;

import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.shardset.patroni.BeginAnew;
import dev.knowledgenetwork.operator.core.workload.Line;
import dev.knowledgenetwork.operator.runtime.kube.MergePatch;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away the mark that an instance is about to make a shard's first database, where it still
 * names none: one patch of the very version that was seen, so that an instance that has begun
 * meanwhile keeps its mark.
 */
public final class BeginAnewHandler implements ActionHandler<BeginAnew> {

  private static final Logger LOG = LoggerFactory.getLogger(BeginAnewHandler.class);
  private static final int GONE = 404;
  private static final int CHANGED = 409;

  private final KubernetesClient client;
  private final InstantSource clock;

  /** Patches through that client. */
  public BeginAnewHandler(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  @Override
  public Class<BeginAnew> type() {
    return BeginAnew.class;
  }

  @Override
  public void run(BeginAnew action) throws ActionFailed {
    try {
      Endpoints live =
          client
              .endpoints()
              .inNamespace(action.shard().namespace())
              .withName(action.endpoints())
              .get();
      if (live == null
          || live.getMetadata().getAnnotations() == null
          || !"".equals(live.getMetadata().getAnnotations().get(Annotations.INITIALIZED))) {
        return;
      }
      client
          .resource(live)
          .patch(MergePatch.CONTEXT, client.getKubernetesSerialization().asJson(patch(live)));
      LOG.info("{}: its first start was broken off, and is begun anew", action.shard());
    } catch (KubernetesClientException e) {
      // Changed or gone meanwhile: the next pass sees how it is now.
      if (e.getCode() != GONE && e.getCode() != CHANGED) {
        throw new ActionFailed(
            ActionReason.START_NOT_BEGUN_ANEW,
            "The API server did not change Endpoints %s (%s). It is tried again."
                .formatted(
                    action.endpoints(),
                    Line.of(e.getStatus() == null ? "no answer" : e.getStatus().getMessage())),
            e);
      }
    }
  }

  private Map<String, Object> patch(Endpoints live) {
    Map<String, Object> annotations = new HashMap<>();
    annotations.put(Annotations.INITIALIZED, null);
    annotations.put(Annotations.BEGUN_ANEW, clock.instant().toString());
    return Map.of(
        "metadata",
        Map.of(
            "resourceVersion",
            live.getMetadata().getResourceVersion(),
            "annotations",
            annotations));
  }
}
