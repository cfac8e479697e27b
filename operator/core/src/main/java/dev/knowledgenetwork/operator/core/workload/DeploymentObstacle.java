package dev.knowledgenetwork.operator.core.workload;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Why pods of a Deployment do not serve. Those that a quota, a limit or an admission policy refused
 * do not exist, and the Event of that is the ReplicaSet's; its words come with the Deployment's own
 * status. Those that exist speak for themselves.
 */
public final class DeploymentObstacle {

  private static final String NOT_MADE = "ReplicaFailure";

  private DeploymentObstacle() {}

  /**
   * All that is said; nothing while nobody says a word.
   *
   * @param pods among which are those of the Deployment
   */
  public static List<Obstacle> of(Deployment live, Stream<Pod> pods) {
    return Stream.concat(refusals(live), PodObstacle.of(pods(live, pods))).toList();
  }

  private static Stream<Obstacle> refusals(Deployment live) {
    return live.getStatus() == null
        ? Stream.empty()
        : live.getStatus().getConditions().stream()
            .filter(c -> NOT_MADE.equals(c.getType()) && "True".equals(c.getStatus()))
            .map(
                c ->
                    new Obstacle(
                        "Deployment",
                        live.getMetadata().getName(),
                        "",
                        c.getReason() + ": " + Line.of(c.getMessage()),
                        Advice.on(live.getMetadata().getNamespace(), c.getMessage(), missing(live))
                            .orElse("")));
  }

  /** How many pods are not there. While pods are replaced it is the one that is to come first. */
  private static int missing(Deployment live) {
    int asked = requireNonNullElse(live.getSpec().getReplicas(), 1);
    return Math.max(1, asked - requireNonNullElse(live.getStatus().getReplicas(), 0));
  }

  /**
   * Those of a Deployment. Pods that were evicted stay for a while, and are not among them: others
   * have taken their place.
   */
  public static Stream<Pod> pods(Deployment live, Stream<Pod> pods) {
    return pods.filter(
            pod -> pod.getStatus() == null || !"Failed".equals(pod.getStatus().getPhase()))
        .filter(pod -> pod.getMetadata().getLabels() != null)
        .filter(
            pod -> pod.getMetadata().getLabels().entrySet().containsAll(selector(live).entrySet()));
  }

  private static Map<String, String> selector(Deployment live) {
    return live.getSpec().getSelector().getMatchLabels();
  }
}
