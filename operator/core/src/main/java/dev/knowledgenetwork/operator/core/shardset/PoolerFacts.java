package dev.knowledgenetwork.operator.core.shardset;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Outcome.Result;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.identity.LoginsView;
import dev.knowledgenetwork.operator.core.shardset.identity.ShardSetSecrets;
import dev.knowledgenetwork.operator.core.shardset.pooler.SessionView;
import dev.knowledgenetwork.operator.core.workload.Applied;
import dev.knowledgenetwork.operator.core.workload.DeploymentObstacle;
import dev.knowledgenetwork.operator.core.workload.Logs;
import dev.knowledgenetwork.operator.core.workload.Obstacle;
import dev.knowledgenetwork.operator.core.workload.Readiness;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What is known of the pooler.
 *
 * @param name of its Deployment
 * @param live the Deployment; empty while there is none
 * @param obstacles why pods of it do not serve
 * @param keptOut why its pods serve nobody though they run: their Secret could not be changed when
 *     the password of applications was
 * @param refusals why no session, or not each, reaches a shard through them, by its name
 * @param older pods that still take sessions and began with other Secrets than there are now
 */
record PoolerFacts(
    String name,
    Optional<Deployment> live,
    List<Obstacle> obstacles,
    Optional<String> keptOut,
    Map<String, SessionView> refusals,
    List<String> older) {

  static PoolerFacts of(Pass<ShardSet> pass) {
    Children children = pass.observed().children();
    String name = Names.pooler(pass.primary().getMetadata().getName());
    Optional<Deployment> live = children.find(Deployment.class, name);
    return new PoolerFacts(
        name,
        live,
        live.map(found -> DeploymentObstacle.of(found, children.all(Pod.class))).orElse(List.of()),
        keptOut(pass, name),
        refusals(pass),
        live.map(found -> older(pass, found)).orElse(List.of()));
  }

  private static List<String> older(Pass<ShardSet> pass, Deployment live) {
    Children children = pass.observed().children();
    return ShardSetSecrets.poolerHash(pass.primary().getMetadata().getName(), children).stream()
        .flatMap(
            hash ->
                DeploymentObstacle.pods(live, children.all(Pod.class))
                    .filter(Readiness::isReady)
                    .filter(
                        pod ->
                            Applied.annotation(pod, Annotations.SECRETS_HASH)
                                .filter(began -> !began.equals(hash))
                                .isPresent()))
        .map(pod -> pod.getMetadata().getName())
        .sorted()
        .toList();
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
                ("The databases have the password of Secret %s, the poolers another one: these open no"
                        + " connection any more, and users are refused when those that are open"
                        + " end. %s")
                    .formatted(
                        Names.appLogin(set.getMetadata().getName()),
                        outdated.getValue().problem().message()))
        .findFirst();
  }

  private static Map<String, SessionView> refusals(Pass<ShardSet> pass) {
    Map<String, SessionView> refusals = new TreeMap<>();
    for (String shard : Blueprint.shards(pass.primary())) {
      pass.observed()
          .facts()
          .of(SessionView.FACT, Blueprint.target(pass.primary(), shard))
          .filter(view -> view.refusal().isPresent())
          .ifPresent(view -> refusals.put(shard, view));
    }
    return refusals;
  }

  /**
   * Whether sessions reach these shards, which take writes themselves. While pods are replaced
   * those that go do not take what those that come do; but nobody is served again before a session
   * got through, and none could meet a pod that does not know the password.
   *
   * @param lost whether something was lost before
   */
  boolean leadTo(Stream<String> writable, boolean lost) {
    return lost
        ? older.isEmpty() && writable.noneMatch(refusals::containsKey)
        : rolls() || writable.noneMatch(refusals::containsKey);
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
        .or(this::refused)
        .or(this::replaced)
        .or(() -> live.map(PoolerFacts::expected))
        .orElse("No pooler serves yet: Deployment %s is about to be made.".formatted(name));
  }

  private Optional<String> refused() {
    return Optional.of(refusals)
        .filter(views -> serves() && !views.isEmpty() && live.isPresent())
        .map(
            views ->
                "%s: %s. It is tried again every few seconds; if this lasts, %s."
                    .formatted(
                        refusing()
                            .map(
                                "Sessions of applications that meet pooler %s are refused"
                                    ::formatted)
                            .orElse("Poolers run, and no session of an application gets through"),
                        views.entrySet().stream()
                            .map(each -> each.getKey() + ": " + each.getValue().refusal().get())
                            .collect(joining("; ")),
                        next(live.get())));
  }

  /** The pod that keeps out whoever meets it, where others do not. */
  private Optional<String> refusing() {
    return refusals.values().stream().flatMap(view -> view.pod().stream()).findFirst();
  }

  private String next(Deployment live) {
    String namespace = live.getMetadata().getNamespace();
    return refusing()
        .map(pod -> "have it replaced: kubectl -n %s delete pod %s".formatted(namespace, pod))
        .orElseGet(
            () ->
                "read why: "
                    + Logs.command(namespace, live.getSpec().getSelector().getMatchLabels()));
  }

  private Optional<String> replaced() {
    return Optional.of(older)
        .filter(pods -> serves() && !pods.isEmpty())
        .map(
            pods ->
                ("Poolers that began with other Secrets than there are now still take sessions, and"
                        + " refuse the login of today: %s. They are being replaced one by one.")
                    .formatted(String.join(", ", pods)));
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
