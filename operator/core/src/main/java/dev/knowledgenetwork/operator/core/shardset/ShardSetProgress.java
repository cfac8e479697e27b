package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.shardset.InstanceState;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.observe.ShardSetObserved;
import dev.knowledgenetwork.operator.core.shardset.topology.TopologyPublication;
import dev.knowledgenetwork.topology.TopologyDocument;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How far a ShardSet is, and whether what lacks is still to come or was lost.
 *
 * @param shards all shards, in the order of their ordinals
 * @param epoch in force on all shards; null before the first time
 * @param unavailable shards that take no writes
 * @param notReady instances that do not serve
 * @param lost of these, those that served before
 * @param started whether anything runs
 * @param pooled whether a pooler serves and the topology is published
 * @param rolling whether pods are being replaced
 * @param pending whether objects or settings have yet to be changed
 * @param waiting why fewer instances have to wait
 * @param obstacles why pods do not start
 */
record ShardSetProgress(
    List<ShardFacts> shards,
    @Nullable Long epoch,
    List<String> unavailable,
    List<String> notReady,
    List<String> lost,
    boolean started,
    boolean pooled,
    boolean rolling,
    boolean pending,
    List<String> waiting,
    List<String> obstacles) {

  private static final long FIRST_EPOCH = 1;

  static ShardSetProgress of(
      ShardSet set, ShardSetObserved observed, Plan plan, ShardSetStatus before) {
    String name = set.getMetadata().getName();
    Optional<TopologyDocument> published = TopologyPublication.published(observed.children(), name);
    List<ShardFacts> shards =
        names(set, plan, published).stream()
            .map(shard -> new ShardFacts(set, shard, observed, plan.isBlocked()))
            .toList();
    boolean established = before.epoch() != null;
    long wanted = published.map(TopologyDocument::epoch).orElse(FIRST_EPOCH);
    boolean prepared = shards.stream().allMatch(each -> each.prepared(established, wanted));
    List<String> notReady = shards.stream().flatMap(each -> each.notReady().stream()).toList();
    Optional<Deployment> pooler = observed.children().find(Deployment.class, Names.pooler(name));
    return new ShardSetProgress(
        shards,
        prepared ? Long.valueOf(wanted) : before.epoch(),
        shards.stream()
            .filter(each -> !each.writable(established, wanted))
            .map(ShardFacts::shard)
            .toList(),
        notReady,
        lost(notReady, before),
        shards.stream().anyMatch(each -> each.live().isPresent()),
        published.isPresent() && pooler.filter(ShardSetProgress::serves).isPresent(),
        shards.stream().anyMatch(ShardFacts::rolling)
            || pooler.filter(ShardSetProgress::rolls).isPresent(),
        plan.resources().stream().anyMatch(resource -> differs(resource, observed))
            || plan.actions().stream().anyMatch(Action.PatchPatroniConfig.class::isInstance)
            || shards.stream().anyMatch(each -> each.unprepared(wanted)),
        plan.problems().stream()
            .filter(problem -> problem.reason().equals(ShardSetReason.SCALING.text()))
            .map(Problem::message)
            .toList(),
        obstacles(shards));
  }

  /** Names of the shards: those that run, where the spec is not to be believed. */
  private static List<String> names(ShardSet set, Plan plan, Optional<TopologyDocument> published) {
    return published
        .filter(document -> plan.isBlocked())
        .map(document -> document.shards().stream().map(TopologyDocument.Shard::name).toList())
        .orElseGet(() -> Blueprint.shards(set));
  }

  /** All shards take writes, and an application can reach them. */
  boolean serving() {
    return unavailable.isEmpty() && pooled;
  }

  /** Something that was asked for is not complete. */
  boolean planned() {
    return epoch == null
        || rolling
        || pending
        || !waiting.isEmpty() && serving()
        || !notReady.isEmpty() && lost.isEmpty() && serving();
  }

  /** Something that was there is not. */
  boolean degraded() {
    return epoch != null && !planned() && (!serving() || !lost.isEmpty());
  }

  /** What keeps it from being whole. */
  ShardSetReason lack() {
    if (epoch == null) {
      return ShardSetReason.CREATING;
    }
    if (!unavailable.isEmpty()) {
      return ShardSetReason.SHARDS_UNAVAILABLE;
    }
    return pooled ? ShardSetReason.INSTANCES_LOST : ShardSetReason.POOLER_UNAVAILABLE;
  }

  /** What is being done. */
  ShardSetReason work() {
    if (epoch == null) {
      return ShardSetReason.CREATING;
    }
    return rolling || pending ? ShardSetReason.ROLLING : ShardSetReason.SCALING;
  }

  /** What lacks, and where to look if it does not come by itself. */
  String message() {
    if (!obstacles.isEmpty()) {
      return String.join("; ", obstacles) + ".";
    }
    if (!unavailable.isEmpty()) {
      return "No writable primary yet in "
          + list(unavailable)
          + ": one is expected within a minute; if not, look at the pods and their logs.";
    }
    if (!pooled) {
      return "No pooler serves yet: look at the Deployment of the pooler if this lasts.";
    }
    if (!waiting.isEmpty()) {
      return String.join(" ", waiting);
    }
    if (!notReady.isEmpty()) {
      return "Not ready: "
          + list(notReady)
          + ": they are expected back by themselves; if not, look at the pods and their events.";
    }
    return "Changes are being brought into force.";
  }

  /** A lost instance stays lost until it is back, or pods are replaced on purpose. */
  private static List<String> lost(List<String> notReady, ShardSetStatus before) {
    Set<String> served =
        before.shardStates().stream()
            .flatMap(shard -> shard.instances().stream())
            .filter(InstanceState::ready)
            .map(InstanceState::name)
            .collect(Collectors.toSet());
    boolean already = Conditions.holds(before.conditions(), ConditionType.DEGRADED);
    return notReady.stream().filter(name -> already || served.contains(name)).toList();
  }

  private static boolean differs(HasMetadata desired, ShardSetObserved observed) {
    return observed
        .children()
        .find(desired.getClass(), desired.getMetadata().getName())
        .map(live -> live.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Annotations.DESIRED_HASH))
        .filter(hash -> hash.equals(Hash.of(desired)))
        .isEmpty();
  }

  private static boolean serves(Deployment pooler) {
    DeploymentStatus status = pooler.getStatus();
    return status != null && Objects.requireNonNullElse(status.getReadyReplicas(), 0) > 0;
  }

  private static boolean rolls(Deployment pooler) {
    DeploymentStatus status = pooler.getStatus();
    return status != null
        && (!Objects.equals(status.getObservedGeneration(), pooler.getMetadata().getGeneration())
            || !Objects.equals(status.getUpdatedReplicas(), pooler.getSpec().getReplicas()));
  }

  private static List<String> obstacles(List<ShardFacts> shards) {
    return shards.stream()
        .flatMap(
            shard ->
                shard.notReady().stream()
                    .flatMap(
                        name ->
                            shard.obstacle(name).stream()
                                .map(
                                    reason ->
                                        "Pod "
                                            + name
                                            + " does not start ("
                                            + reason
                                            + "): look at kubectl describe pod "
                                            + name)))
        .toList();
  }

  private static String list(List<String> names) {
    return String.join(", ", names);
  }
}
