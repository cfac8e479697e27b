package dev.knowledgenetwork.operator.core.workload;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Objects;
import java.util.Optional;

/** From which template of its StatefulSet a pod was made. */
public final class Revision {

  private static final String LABEL = "controller-revision-hash";

  private Revision() {}

  /** That of the newest template; empty until Kubernetes has taken note of it. */
  public static Optional<String> newest(StatefulSet live) {
    return isSeen(live)
        ? Optional.ofNullable(live.getStatus().getUpdateRevision())
        : Optional.empty();
  }

  /** Whether the status of a StatefulSet is of its newest spec. */
  public static boolean isSeen(StatefulSet live) {
    return live.getStatus() != null
        && Objects.equals(
            live.getStatus().getObservedGeneration(), live.getMetadata().getGeneration());
  }

  /** That of a pod, where it says so. */
  public static Optional<String> of(Pod pod) {
    return Optional.ofNullable(pod.getMetadata().getLabels()).map(labels -> labels.get(LABEL));
  }
}
