package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Outcome.Result;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.shardset.identity.LoginsView;
import dev.knowledgenetwork.operator.core.shardset.identity.ShardSetSecrets;
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
 * @param keptOut why its pods serve nobody though they run: their Secret could not be changed when
 *     the password of applications was
 */
record PoolerFacts(
    String name, Optional<Deployment> live, List<Obstacle> obstacles, Optional<String> keptOut) {

  static PoolerFacts of(Pass<ShardSet> pass) {
    Children children = pass.observed().children();
    String name = Names.pooler(pass.primary().getMetadata().getName());
    Optional<Deployment> live = children.find(Deployment.class, name);
    return new PoolerFacts(
        name,
        live,
        live.map(found -> DeploymentObstacle.of(found, children.all(Pod.class))).orElse(List.of()),
        keptOut(pass, name));
  }

  private static Optional<String> keptOut(Pass<ShardSet> pass, String name) {
    ShardSet set = pass.primary();
    return pass.outcome().of(Result.Outdated.class).entrySet().stream()
        .filter(outdated -> outdated.getKey().name().equals(name))
        .filter(
            outdated ->
                !ShardSetSecrets.poolersKnowTheLogin(set, pass.observed().children())
                    && LoginsView.areTaken(set, pass.observed()))
        .map(
            outdated ->
                ("The databases have the password of Secret %s, the poolers another one, so nobody"
                        + " can open a session: %s If it is immutable, let it be made anew:"
                        + " kubectl -n %s delete secret %s.")
                    .formatted(
                        Names.appLogin(set.getMetadata().getName()),
                        outdated.getValue().problem().message(),
                        set.getMetadata().getNamespace(),
                        name))
        .findFirst();
  }

  /** Whether a pod of it does. */
  boolean serves() {
    return keptOut.isEmpty() && status().filter(s -> number(s.getReadyReplicas()) > 0).isPresent();
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
    return keptOut
        .or(() -> live.map(PoolerFacts::expected))
        .orElse("No pooler serves yet: Deployment %s is about to be made.".formatted(name));
  }

  private static String expected(Deployment live) {
    return ("No pooler serves yet, of %d that are to: one is expected within a minute; if not, read"
            + " why: %s.")
        .formatted(
            live.getSpec().getReplicas(),
            Logs.command(
                live.getMetadata().getNamespace(), live.getSpec().getSelector().getMatchLabels()));
  }

  private Optional<DeploymentStatus> status() {
    return live.map(Deployment::getStatus);
  }

  private static int number(Integer replicas) {
    return Objects.requireNonNullElse(replicas, 0);
  }
}
