package dev.knowledgenetwork.testkit;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What generic tools (Argo CD, Flux, kubectl wait) conclude from an object, by the rules of kstatus
 * (sigs.k8s.io/cli-utils/pkg/kstatus).
 */
public enum KStatus {
  TERMINATING,
  FAILED,
  IN_PROGRESS,
  CURRENT;

  @SuppressWarnings("unchecked")
  public static KStatus of(GenericKubernetesResource object) {
    if (object.getMetadata().getDeletionTimestamp() != null) {
      return TERMINATING;
    }
    Object observed = object.get("status", "observedGeneration");
    if (!(observed instanceof Number n) || n.longValue() != object.getMetadata().getGeneration()) {
      return IN_PROGRESS;
    }
    List<Map<String, Object>> conditions =
        Objects.requireNonNullElse(
            (List<Map<String, Object>>) object.get("status", "conditions"), List.of());
    if (has(conditions, "Stalled", "True")) {
      return FAILED;
    }
    if (has(conditions, "Reconciling", "True") || !has(conditions, "Ready", "True")) {
      return IN_PROGRESS;
    }
    return CURRENT;
  }

  private static boolean has(List<Map<String, Object>> conditions, String type, String status) {
    return conditions.stream()
        .anyMatch(c -> type.equals(c.get("type")) && status.equals(c.get("status")));
  }
}
