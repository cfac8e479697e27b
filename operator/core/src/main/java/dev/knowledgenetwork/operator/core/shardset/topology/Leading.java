package dev.knowledgenetwork.operator.core.shardset.topology;

import static java.util.stream.Collectors.toMap;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.workload.Readiness;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Objects;

/**
 * Who leads a shard by the labels of its pods, and since when they are ready; two pods do for a
 * while after a failover. What one primary answered is not believed of the next, nor of the same
 * one after a restart.
 *
 * @param readySince time of the last transition of the condition Ready and restarts, by pod
 */
public record Leading(Map<String, String> readySince) {

  /** No pod is ready and labelled so. */
  public static final Leading NOBODY = new Leading(Map.of());

  /** Copies the map. */
  public Leading {
    readySince = Map.copyOf(readySince);
  }

  /** By the pods of a shard. */
  public static Leading of(Children children, Target shard) {
    return new Leading(
        children
            .all(Pod.class)
            .filter(pod -> isPrimaryOf(shard, pod))
            .filter(Readiness::isReady)
            .collect(toMap(pod -> pod.getMetadata().getName(), Readiness::since)));
  }

  private static boolean isPrimaryOf(Target shard, Pod pod) {
    Map<String, String> labels =
        Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
    return "primary".equals(labels.get(Labels.ROLE))
        && shard.part().equals(labels.get(Labels.SHARD));
  }
}
