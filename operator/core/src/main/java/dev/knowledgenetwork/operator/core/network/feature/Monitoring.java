package dev.knowledgenetwork.operator.core.network.feature;

import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.plan.OptionalApi;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import java.util.List;
import java.util.Map;

/** How the Prometheus operator finds the metrics of all roles. */
public final class Monitoring {

  /** What it needs of the cluster. */
  public static final OptionalApi API =
      new OptionalApi("monitoring.coreos.com", "v1", "ServiceMonitor", "servicemonitors");

  private Monitoring() {}

  /** Precondition: the cluster serves {@link #API}. */
  public static GenericKubernetesResource serviceMonitor(NetworkObjects objects) {
    return new GenericKubernetesResourceBuilder()
        .withApiVersion(API.apiVersion())
        .withKind(API.kind())
        .withMetadata(objects.metadata(objects.name(), NetworkObjects.SHARED))
        .addToAdditionalProperties(
            "spec",
            Map.of(
                "selector",
                Map.of("matchLabels", Map.of(Labels.NETWORK, objects.name())),
                "endpoints",
                List.of(Map.of("port", "management", "path", "/q/metrics", "interval", "30s"))))
        .build();
  }
}
