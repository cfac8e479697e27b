package dev.knowledgenetwork.operator.core.workload;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Objects;
import java.util.Optional;

/** Whether pods serve, by their condition Ready. */
public final class Readiness {

  private Readiness() {}

  /** Whether a pod serves and is not about to go. */
  public static boolean isReady(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && condition(pod).filter(ready -> ready.getStatus().equals("True")).isPresent();
  }

  /** When it last began or ceased to serve; empty where it does not say. */
  public static String since(Pod pod) {
    return condition(pod)
        .map(ready -> Objects.requireNonNullElse(ready.getLastTransitionTime(), ""))
        .orElse("");
  }

  private static Optional<PodCondition> condition(Pod pod) {
    return Optional.ofNullable(pod.getStatus()).stream()
        .flatMap(status -> status.getConditions().stream())
        .filter(condition -> condition.getType().equals("Ready"))
        .findFirst();
  }
}
