package dev.knowledgenetwork.operator.core.trial;

import dev.knowledgenetwork.operator.core.workload.Line;
import dev.knowledgenetwork.operator.core.workload.Obstacle;
import dev.knowledgenetwork.operator.core.workload.PodObstacle;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What a throw-away instance says of a recipe. */
sealed interface Verdict {

  /** It is still out. */
  record Awaited() implements Verdict {}

  /** It has started and ended well. */
  record Started() implements Verdict {}

  /**
   * It does not start.
   *
   * @param reason in the words that the instance left, or in the kubelet's
   */
  record Refused(String reason) implements Verdict {}

  /** Of one that says nothing. */
  String UNTRIED =
      "it ended without a word, so it may have started nothing; an image of your own must know the"
          + " argument try, as ours does, and say in /dev/termination-log that it has started";

  /** Of a Job, where there is one, and its pods. */
  static Verdict of(Optional<Job> job, Stream<Pod> pods) {
    if (job.isEmpty() || job.get().getStatus() == null) {
      return new Awaited();
    }
    if (Objects.requireNonNullElse(job.get().getStatus().getSucceeded(), 0) > 0) {
      return succeeded(pods);
    }
    return Objects.requireNonNullElse(job.get().getStatus().getFailed(), 0) > 0
        ? new Refused(reason(pods))
        : new Awaited();
  }

  /**
   * Some programs end well when they are told to stop, as in a drain, whatever they did before. So
   * one that tried has left a word; it is read with the pod, which may be seen after its Job.
   */
  private static Verdict succeeded(Stream<Pod> pods) {
    return ended(pods)
        .findFirst()
        .map(end -> end.getMessage() == null || end.getMessage().isBlank())
        .map(silent -> silent ? new Refused(UNTRIED) : new Started())
        .orElseGet(Awaited::new);
  }

  private static Stream<ContainerStateTerminated> ended(Stream<Pod> pods) {
    return pods.filter(pod -> pod.getStatus() != null)
        .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
        .filter(status -> status.getState() != null && status.getState().getTerminated() != null)
        .map(status -> status.getState().getTerminated());
  }

  private static String reason(Stream<Pod> pods) {
    return pods.filter(pod -> pod.getStatus() != null)
        .flatMap(pod -> reason(pod).stream())
        .findFirst()
        .orElse("its pod failed");
  }

  private static Optional<String> reason(Pod pod) {
    if ("DeadlineExceeded".equals(pod.getStatus().getReason())) {
      return PodObstacle.of(pod)
          .map(Obstacle::text)
          .or(
              () ->
                  Optional.of(
                      "it did not end in time; an image of your own must know the argument try, as"
                          + " ours does"));
    }
    return ended(Stream.of(pod)).map(Verdict::end).findFirst();
  }

  private static String end(ContainerStateTerminated end) {
    if ("OOMKilled".equals(end.getReason())) {
      return "it needs more memory than the limit of its container";
    }
    return end.getMessage() == null || end.getMessage().isBlank()
        ? "exit code " + end.getExitCode()
        : Line.of(end.getMessage());
  }
}
