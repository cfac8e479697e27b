package dev.knowledgenetwork.operator.core.network.feature;

import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import java.util.List;
import java.util.Map;

/** How the Prometheus operator finds the metrics of all roles. */
public final class Monitoring {

  private Monitoring() {}

  /** Precondition: the cluster serves monitoring.coreos.com/v1. */
  public static GenericKubernetesResource serviceMonitor(NetworkObjects objects) {
    return new GenericKubernetesResourceBuilder()
        .withApiVersion("monitoring.coreos.com/v1")
        .withKind("ServiceMonitor")
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
