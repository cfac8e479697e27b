package dev.knowledgenetwork.operator.core.workload;

import static java.util.stream.Collectors.joining;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why a pod does not serve, as far as its own status says so: in the words of the scheduler or of
 * the kubelet.
 */
public final class PodObstacle {

  /** What a container waits for that does not come by itself. */
  private static final Set<String> STUCK =
      Set.of(
          "ImagePullBackOff",
          "ErrImagePull",
          "ErrImageNeverPull",
          "InvalidImageName",
          "CrashLoopBackOff",
          "CreateContainerConfigError",
          "CreateContainerError",
          "RunContainerError");

  private static final String HIGHER_LIMIT =
      "more memory than its limit and must be given a higher one";

  private PodObstacle() {}

  /** For a person; empty where the pod says nothing of the kind. */
  public static Optional<Obstacle> of(Pod pod) {
    if (pod.getStatus() == null) {
      return Optional.empty();
    }
    return Stream.concat(
            pod.getStatus().getConditions().stream()
                .filter(PodObstacle::isUnschedulable)
                .map(condition -> Unscheduled.obstacle(pod, condition.getMessage())),
            statuses(pod).flatMap(status -> container(pod, status).stream()))
        .findFirst();
  }

  /** All that these pods say. */
  public static Stream<Obstacle> of(Stream<Pod> pods) {
    return pods.map(PodObstacle::of).flatMap(Optional::stream);
  }

  /** The same, each matter as a sentence to follow another one; empty where they say nothing. */
  public static String after(Stream<Pod> pods) {
    return Obstacle.told(of(pods)).stream().map(text -> " " + text + ".").collect(joining());
  }

  private static Stream<ContainerStatus> statuses(Pod pod) {
    return Stream.concat(
        pod.getStatus().getInitContainerStatuses().stream(),
        pod.getStatus().getContainerStatuses().stream());
  }

  /** Whether the scheduler finds no node for it. */
  public static boolean isUnschedulable(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getConditions().stream().anyMatch(PodObstacle::isUnschedulable);
  }

  private static boolean isUnschedulable(PodCondition condition) {
    return condition.getType().equals("PodScheduled")
        && condition.getStatus().equals("False")
        && "Unschedulable".equals(condition.getReason());
  }

  private static Optional<Obstacle> container(Pod pod, ContainerStatus status) {
    Optional<ContainerStateWaiting> waiting =
        Optional.ofNullable(status.getState())
            .map(ContainerState::getWaiting)
            .filter(state -> STUCK.contains(String.valueOf(state.getReason())));
    return waiting
        .map(state -> doesNotStart(pod, status, state))
        .or(() -> lackedMemory(status).map(killed -> killed(pod, killed)));
  }

  private static Obstacle doesNotStart(
      Pod pod, ContainerStatus status, ContainerStateWaiting waiting) {
    String why =
        Optional.ofNullable(status.getLastState())
            .map(ContainerState::getTerminated)
            .map(PodObstacle::end)
            .orElseGet(() -> Line.of(waiting.getMessage()));
    return obstacle(pod, "does not start (%s)".formatted(waiting.getReason()), why);
  }

  /**
   * The end of a container that was killed for its memory, and has not served since: it may run for
   * a while before it is killed again.
   */
  private static Optional<ContainerStatus> lackedMemory(ContainerStatus status) {
    ContainerStateTerminated now = ended(status.getState());
    ContainerStateTerminated newest = now == null ? ended(status.getLastState()) : now;
    return newest != null && lackedMemory(newest) && !Boolean.TRUE.equals(status.getReady())
        ? Optional.of(status)
        : Optional.empty();
  }

  private static @Nullable ContainerStateTerminated ended(@Nullable ContainerState state) {
    return state == null ? null : state.getTerminated();
  }

  private static boolean lackedMemory(ContainerStateTerminated end) {
    return "OOMKilled".equals(end.getReason());
  }

  private static Obstacle killed(Pod pod, ContainerStatus status) {
    return obstacle(
        pod,
        "was killed (OOMKilled)",
        "container %s needed %s".formatted(status.getName(), HIGHER_LIMIT));
  }

  private static Obstacle obstacle(Pod pod, String what, String words) {
    return new Obstacle("Pod", pod.getMetadata().getName(), what, words, "");
  }

  private static String end(ContainerStateTerminated end) {
    String said = Line.of(end.getMessage());
    String how = "it ended with exit code " + end.getExitCode();
    if (lackedMemory(end)) {
      how = how + ", for it needed " + HIGHER_LIMIT;
    }
    return said.isEmpty() ? how : how + ": " + said;
  }
}
