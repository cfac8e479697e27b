package dev.knowledgenetwork.operator.core.shardset;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardStatefulSet;
import dev.knowledgenetwork.operator.core.shardset.operation.Shard;
import dev.knowledgenetwork.operator.core.workload.Readiness;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Claims by whose labels somebody could no longer tell whose data they hold. Kubernetes mounts them
 * by their names; but a ShardSet that is deleted leaves them, whatever its policy is, and one that
 * is made again does not know them for its own.
 */
final class LostLabels {

  private LostLabels() {}

  /** What is to be told of claims whose instances run. */
  static Optional<Problem> of(Shard shard) {
    Blueprint blueprint = shard.blueprint();
    Map<String, String> wanted =
        Map.of(
            Labels.MANAGED_BY, Labels.OPERATOR,
            Labels.SHARD_SET, blueprint.name(),
            Labels.SHARD, shard.name(),
            Labels.CLUSTER_ID, blueprint.clusterId());
    List<String> claims =
        shard.pods().stream()
            .filter(Readiness::isReady)
            .map(pod -> ShardStatefulSet.claim(pod.getMetadata().getName()))
            .filter(claim -> !isLabelled(claim, wanted, shard.observed().children()))
            .toList();
    if (claims.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Problem.Stuck(
            ShardSetReason.IDENTITY_MISMATCH,
            "Somebody took labels from %s, by which this ShardSet knows its volumes. Put them back: kubectl -n %s label --overwrite %s %s."
                .formatted(
                    claims.stream().map("claim %s"::formatted).collect(joining(", ")),
                    blueprint.namespace(),
                    claims.stream().map("pvc/%s"::formatted).collect(joining(" ")),
                    wanted.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(joining(" ")))));
  }

  private static boolean isLabelled(String claim, Map<String, String> wanted, Children children) {
    return children
        .find(PersistentVolumeClaim.class, claim)
        .map(live -> Objects.requireNonNullElse(live.getMetadata().getLabels(), Map.of()))
        .filter(labels -> labels.entrySet().containsAll(wanted.entrySet()))
        .isPresent();
  }
}
