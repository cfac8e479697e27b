package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.workload.DeploymentObstacle;
import dev.knowledgenetwork.operator.core.workload.Logs;
import dev.knowledgenetwork.operator.core.workload.Obstacle;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is known of the pooler.
 *
 * @param name of its Deployment
 * @param live the Deployment; empty while there is none
 * @param obstacles why pods of it do not serve
 */
record PoolerFacts(String name, Optional<Deployment> live, List<Obstacle> obstacles) {

  static PoolerFacts of(ShardSet set, Children children) {
    String name = Names.pooler(set.getMetadata().getName());
    Optional<Deployment> live = children.find(Deployment.class, name);
    return new PoolerFacts(
        name,
        live,
        live.map(found -> DeploymentObstacle.of(found, children.all(Pod.class))).orElse(List.of()));
  }

  /** Whether a pod of it does. */
  boolean serves() {
    return status().filter(s -> number(s.getReadyReplicas()) > 0).isPresent();
  }

  /** Whether not all its pods are of the newest template yet. */
  boolean rolls() {
    return live.isPresent()
        && status()
            .filter(
                s ->
                    !Objects.equals(
                            s.getObservedGeneration(), live.get().getMetadata().getGeneration())
                        || !Objects.equals(
                            s.getUpdatedReplicas(), live.get().getSpec().getReplicas()))
            .isPresent();
  }

  /** Whether no pod is left that started with an older template, or other Secrets. */
  boolean isRolled() {
    return !rolls()
        && status()
            .map(DeploymentStatus::getReplicas)
            .filter(all -> !all.equals(live.get().getSpec().getReplicas()))
            .isEmpty();
  }

  /** What to do if it does not come to serve and nobody says why. */
  String lacking() {
    return live.map(
            found ->
                ("No pooler serves yet, of %d that are to: one is expected within a minute; if"
                        + " not, read why: %s.")
                    .formatted(
                        found.getSpec().getReplicas(),
                        Logs.command(
                            found.getMetadata().getNamespace(),
                            found.getSpec().getSelector().getMatchLabels())))
        .orElse("No pooler serves yet: Deployment %s is about to be made.".formatted(name));
  }

  private Optional<DeploymentStatus> status() {
    return live.map(Deployment::getStatus);
  }

  private static int number(Integer replicas) {
    return Objects.requireNonNullElse(replicas, 0);
  }
}
