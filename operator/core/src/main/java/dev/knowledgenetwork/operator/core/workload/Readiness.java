package dev.knowledgenetwork.operator.core.workload;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
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

  /**
   * When it last began or ceased to serve, as far as it says so, and how often its containers have
   * been started again: one that is killed and back within a moment stays ready.
   */
  public static String since(Pod pod) {
    String time =
        condition(pod)
            .map(ready -> Objects.requireNonNullElse(ready.getLastTransitionTime(), ""))
            .orElse("");
    int restarts =
        Optional.ofNullable(pod.getStatus()).stream()
            .flatMap(status -> status.getContainerStatuses().stream())
            .mapToInt(each -> Objects.requireNonNullElse(each.getRestartCount(), 0))
            .sum();
    return restarts == 0 ? time : time + " " + restarts;
  }

  /** When it last began or ceased to serve; empty before it said so. */
  public static Optional<Instant> changed(Pod pod) {
    return condition(pod).map(PodCondition::getLastTransitionTime).map(Instant::parse);
  }

  private static Optional<PodCondition> condition(Pod pod) {
    return Optional.ofNullable(pod.getStatus()).stream()
        .flatMap(status -> status.getConditions().stream())
        .filter(condition -> condition.getType().equals("Ready"))
        .findFirst();
  }
}
