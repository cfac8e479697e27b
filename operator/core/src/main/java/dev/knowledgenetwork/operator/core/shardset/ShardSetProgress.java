package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.shardset.InstanceState;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.Finding;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatchPatroni;
import dev.knowledgenetwork.operator.core.shardset.topology.TopologyPublication;
import dev.knowledgenetwork.topology.TopologyDocument;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.util.ArrayList;
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
 * @param gaps what does not serve
 * @param started whether anything runs
 * @param pooled whether a pooler serves and the topology is published
 * @param work what goes on
 */
record ShardSetProgress(
    List<ShardFacts> shards,
    @Nullable Long epoch,
    Gaps gaps,
    boolean started,
    boolean pooled,
    Optional<Finding> work) {

  /**
   * What does not serve.
   *
   * @param unavailable shards that take no writes
   * @param notServing instances that do not: not ready, or ready and not following
   * @param behind what is to be said of those that are ready
   * @param lost what is away without any work being the reason: instances that served before, and
   *     shards and the pooler
   * @param obstacles why pods do not start
   */
  record Gaps(
      List<String> unavailable,
      List<String> notServing,
      List<String> behind,
      List<String> lost,
      List<String> obstacles) {}

  private static final long FIRST_EPOCH = 1;

  /** Operations take one instance at a time. */
  private static final int MOST_AWAY = 1;

  /**
   * Computes it.
   *
   * @param disturbed shards of which parts may be away because of an operation
   */
  static ShardSetProgress of(Pass<ShardSet> pass, ShardSetStatus before, Set<String> disturbed) {
    ShardSet set = pass.primary();
    Observed observed = pass.observed();
    String name = set.getMetadata().getName();
    boolean blocked = pass.plan().isBlocked();
    Optional<TopologyDocument> published = TopologyPublication.published(observed.children(), name);
    List<ShardFacts> shards =
        names(set, blocked, published).stream()
            .map(shard -> new ShardFacts(set, shard, observed, blocked))
            .toList();
    boolean established = before.epoch() != null;
    long wanted = published.map(TopologyDocument::epoch).orElse(FIRST_EPOCH);
    boolean prepared = shards.stream().allMatch(each -> each.prepared(established, wanted));
    Optional<Deployment> pooler = observed.children().find(Deployment.class, Names.pooler(name));
    boolean pooled = published.isPresent() && pooler.filter(ShardSetProgress::serves).isPresent();
    Changes changes = new Changes(pass, wanted);
    // What was lost before an operation or a change began is not away because of it.
    boolean degraded = isDegraded(before);
    Set<String> excused = degraded ? Set.of() : disturbed;
    List<ShardFacts> undisturbed =
        shards.stream()
            .filter(each -> !excused.contains(each.shard()) || each.down().size() > MOST_AWAY)
            .filter(each -> degraded || !changes.of(each))
            .toList();
    List<String> lost = new ArrayList<>();
    undisturbed.stream()
        .filter(each -> !each.writable(established, wanted))
        .map(ShardFacts::shard)
        .forEach(lost::add);
    lost.addAll(
        lost(undisturbed.stream().flatMap(each -> each.notServing().stream()).toList(), before));
    if (!pooled && (degraded || !changes.ofPooler(pooler))) {
      lost.add(Names.pooler(name));
    }
    return new ShardSetProgress(
        shards,
        prepared ? Long.valueOf(wanted) : before.epoch(),
        new Gaps(
            shards.stream()
                .filter(each -> !each.writable(established, wanted))
                .map(ShardFacts::shard)
                .toList(),
            shards.stream().flatMap(each -> each.notServing().stream()).toList(),
            shards.stream().flatMap(each -> each.behind().stream()).toList(),
            lost,
            shards.stream().flatMap(shard -> shard.obstacles().stream()).toList()),
        shards.stream().anyMatch(each -> each.live().isPresent()),
        pooled,
        work(pass, changes.any(shards, pooler)).map(found -> late(found, pass, shards)));
  }

  /** What is being changed. */
  private record Changes(Pass<ShardSet> pass, long epoch) {

    /** Whether something of that shard is. What was there and is made anew was lost. */
    boolean of(ShardFacts facts) {
      String object = Names.shard(pass.primary().getMetadata().getName(), facts.shard());
      return facts.unseen()
          || facts.unprepared(epoch)
          || facts.live().isPresent() && pass.outcome().changed(object)
          || pass.plan().actions().stream()
              .filter(PatchPatroni.class::isInstance)
              .anyMatch(action -> action.target().part().equals(facts.shard()));
    }

    boolean ofPooler(Optional<Deployment> pooler) {
      return pooler.filter(ShardSetProgress::rolls).isPresent()
          || pooler.isPresent()
              && pass.outcome().changed(Names.pooler(pass.primary().getMetadata().getName()));
    }

    boolean any(List<ShardFacts> shards, Optional<Deployment> pooler) {
      return pass.outcome().changed() || shards.stream().anyMatch(this::of) || ofPooler(pooler);
    }
  }

  /** Operations first: they say best what goes on. */
  private static Optional<Finding> work(Pass<ShardSet> pass, boolean changing) {
    return pass.activity()
        .or(
            () ->
                Optional.of(
                        Finding.of(ShardSetReason.ROLLING, "Changes are being brought into force."))
                    .filter(found -> changing));
  }

  /** Who waits for an instance in vain is told what a person can do. */
  private static Finding late(Finding work, Pass<ShardSet> pass, List<ShardFacts> shards) {
    String behind =
        shards.stream().flatMap(each -> each.behind().stream()).collect(Collectors.joining(" "));
    return pass.overdue() && !behind.isEmpty()
        ? new Finding(work.reason(), work.message() + " " + behind)
        : work;
  }

  /** Names of the shards: those that run, where the spec is not to be believed. */
  private static List<String> names(
      ShardSet set, boolean blocked, Optional<TopologyDocument> published) {
    return published
        .filter(document -> blocked)
        .map(document -> document.shards().stream().map(TopologyDocument.Shard::name).toList())
        .orElseGet(() -> Blueprint.shards(set));
  }

  /** All shards take writes, and an application can reach them. */
  boolean serving() {
    return gaps.unavailable().isEmpty() && pooled;
  }

  /** Something that was asked for is not complete. */
  boolean undone() {
    return work.isPresent()
        || epoch == null
        || !gaps.notServing().isEmpty() && gaps.lost().isEmpty() && serving();
  }

  /** Something that was there is not, and no work is the reason. */
  boolean degraded() {
    return epoch != null && !gaps.lost().isEmpty();
  }

  /** What keeps it from being whole. */
  ShardSetReason lack() {
    if (epoch == null) {
      return ShardSetReason.CREATING;
    }
    if (!gaps.unavailable().isEmpty()) {
      return ShardSetReason.SHARDS_UNAVAILABLE;
    }
    return pooled ? ShardSetReason.INSTANCES_LOST : ShardSetReason.POOLER_UNAVAILABLE;
  }

  /** What is being done. */
  String working() {
    return epoch == null
        ? ShardSetReason.CREATING.text()
        : work.map(Finding::reason).orElse(ShardSetReason.SCALING.text());
  }

  /** What goes on, where that is the reason; else what lacks. */
  String message() {
    boolean working = gaps.obstacles().isEmpty() && serving() && work.isPresent();
    return working ? work.get().message() : lacking();
  }

  /** What lacks, and where to look if it does not come by itself. */
  String lacking() {
    if (!gaps.obstacles().isEmpty()) {
      return String.join("; ", gaps.obstacles()) + ".";
    }
    if (!gaps.unavailable().isEmpty()) {
      return "No writable primary yet in "
          + list(gaps.unavailable())
          + ": one is expected within a minute; if not, look at the pods and their logs.";
    }
    if (!pooled) {
      return "No pooler serves yet: look at the Deployment of the pooler if this lasts.";
    }
    if (!gaps.behind().isEmpty()) {
      return String.join(" ", gaps.behind());
    }
    if (!gaps.notServing().isEmpty()) {
      return "Not ready: "
          + list(gaps.notServing())
          + ": they are expected back by themselves; if not, look at the pods and their events.";
    }
    return "Changes are being brought into force.";
  }

  /** A lost instance stays lost until it is back, or pods are replaced on purpose. */
  private static List<String> lost(List<String> notServing, ShardSetStatus before) {
    Set<String> served =
        before.shards().stream()
            .flatMap(shard -> shard.members().stream())
            .filter(InstanceState::ready)
            .map(InstanceState::name)
            .collect(Collectors.toSet());
    boolean already = isDegraded(before);
    return notServing.stream().filter(name -> already || served.contains(name)).toList();
  }

  private static boolean isDegraded(ShardSetStatus status) {
    return Conditions.holds(status.conditions(), ConditionType.DEGRADED);
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

  private static String list(List<String> names) {
    return String.join(", ", names);
  }
}
