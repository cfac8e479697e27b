package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.shardset.InstanceState;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.Finding;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Reason;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatchPatroni;
import dev.knowledgenetwork.operator.core.shardset.topology.TopologyPublication;
import dev.knowledgenetwork.operator.core.workload.Obstacle;
import dev.knowledgenetwork.topology.TopologyDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How far a ShardSet is, and whether what lacks is still to come or was lost.
 *
 * @param shards all shards, in the order of their ordinals
 * @param epoch in force on all shards; null before the first time
 * @param gaps what does not serve
 * @param started whether anything runs
 * @param pooler what is known of the pooler
 * @param pooled whether a pooler serves and the topology is published
 * @param work what goes on
 */
record ShardSetProgress(
    List<ShardFacts> shards,
    @Nullable Long epoch,
    Gaps gaps,
    boolean started,
    PoolerFacts pooler,
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
   * @param obstacles why pods of instances and of the pooler do not serve, and primaries take no
   *     writes
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
            .map(shard -> new ShardFacts(set, shard, observed, before, blocked))
            .toList();
    long wanted = published.map(TopologyDocument::epoch).orElse(FIRST_EPOCH);
    boolean prepared = shards.stream().allMatch(each -> each.prepared(wanted));
    PoolerFacts pooler = PoolerFacts.of(pass);
    // What was lost before an operation or a change began is not away because of it.
    boolean degraded = isDegraded(before);
    boolean pooled =
        published.isPresent()
            && pooler.serves()
            && pooler.leadTo(
                shards.stream().filter(each -> each.writable(wanted)).map(ShardFacts::shard),
                degraded);
    Changes changes = new Changes(pass, wanted);
    Set<String> excused = degraded ? Set.of() : disturbed;
    List<ShardFacts> undisturbed =
        shards.stream()
            .filter(
                each ->
                    !excused.contains(each.shard())
                        || each.down().size() > MOST_AWAY
                        || each.isPaused())
            .filter(each -> degraded || !changes.of(each))
            .toList();
    List<String> lost = new ArrayList<>();
    undisturbed.stream()
        .filter(each -> !each.writable(wanted))
        .map(ShardFacts::shard)
        .forEach(lost::add);
    lost.addAll(
        lost(undisturbed.stream().flatMap(each -> each.notServing().stream()).toList(), before));
    // A change of it takes no pod away before another one serves.
    if (!pooled) {
      lost.add(pooler.name());
    }
    return new ShardSetProgress(
        shards,
        // Until users were served for the first time nothing of it was there to be lost.
        prepared && (pooled || before.epoch() != null) ? Long.valueOf(wanted) : before.epoch(),
        new Gaps(
            shards.stream().filter(each -> !each.writable(wanted)).map(ShardFacts::shard).toList(),
            shards.stream().flatMap(each -> each.notServing().stream()).toList(),
            shards.stream().flatMap(each -> each.behind().stream()).toList(),
            lost,
            Stream.concat(
                    Obstacle.told(
                        Stream.concat(
                            shards.stream().flatMap(ShardFacts::obstacles),
                            pooler.obstacles().stream()))
                        .stream(),
                    Stream.concat(
                        shards.stream().flatMap(shard -> shard.refusal().stream()),
                        shards.stream()
                            .filter(each -> each.isPaused() && !each.writable(wanted))
                            .map(PausedFailover::standstill)))
                .toList()),
        shards.stream().anyMatch(ShardFacts::exists),
        pooler,
        pooled,
        work(pass, changes.any(shards, pooler)).map(found -> late(found, pass, shards)));
  }

  /** What is being changed. */
  private record Changes(Pass<ShardSet> pass, long epoch) {

    /**
     * Whether something of that shard is for which instances may be away. What was there and is
     * made anew was lost.
     */
    boolean of(ShardFacts facts) {
      String object = Names.shard(pass.primary().getMetadata().getName(), facts.shard());
      return facts.unseen()
          || facts.unprepared(epoch)
          || facts.live().isPresent() && pass.outcome().changed(object);
    }

    /** Settings that are to change at a shard. No instance goes away for them. */
    private boolean ofSettings(ShardFacts facts) {
      return pass.plan().actions().stream()
          .filter(PatchPatroni.class::isInstance)
          .map(PatchPatroni.class::cast)
          .anyMatch(action -> action.shard().part().equals(facts.shard()));
    }

    boolean ofPooler(PoolerFacts pooler) {
      return pooler.rolls() || pooler.live().isPresent() && pass.outcome().changed(pooler.name());
    }

    boolean any(List<ShardFacts> shards, PoolerFacts pooler) {
      return pass.outcome().changed()
          || shards.stream().anyMatch(each -> of(each) || ofSettings(each))
          || ofPooler(pooler);
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
      return shards.stream().anyMatch(each -> each.refusal().isPresent())
          ? ShardSetReason.WRITES_REFUSED
          : ShardSetReason.SHARDS_UNAVAILABLE;
    }
    return pooled ? ShardSetReason.INSTANCES_LOST : ShardSetReason.POOLER_UNAVAILABLE;
  }

  /** What is being done. */
  Reason working() {
    return epoch == null
        ? ShardSetReason.CREATING
        : work.map(Finding::reason).orElse(ShardSetReason.SCALING);
  }

  /** What goes on, where that is the reason; else what lacks. */
  String message() {
    boolean working = gaps.obstacles().isEmpty() && serving() && work.isPresent();
    return working ? work.get().message() : lacking();
  }

  /** What lacks, and where to look if it does not come by itself. */
  String lacking() {
    if (!gaps.obstacles().isEmpty()) {
      return unexplained() + String.join("; ", gaps.obstacles()) + ".";
    }
    if (!gaps.unavailable().isEmpty()) {
      return leaderless(gaps.unavailable())
          + "one is expected within a minute; if not, "
          + readWhy(
              shards.stream()
                  .filter(each -> gaps.unavailable().contains(each.shard()))
                  .map(ShardFacts::logs));
    }
    if (!pooled) {
      return pooler.lacking();
    }
    if (!gaps.behind().isEmpty()) {
      return String.join(" ", gaps.behind());
    }
    if (!gaps.notServing().isEmpty()) {
      return "Not ready: "
          + list(gaps.notServing())
          + ": they are expected back by themselves; if not, "
          + readWhy(
              shards.stream().filter(each -> !each.notServing().isEmpty()).map(ShardFacts::why))
          + repair();
    }
    return "Changes are being brought into force.";
  }

  /** All shards take writes then: what an instance that is down has, its primary has too. */
  private String repair() {
    String commands =
        shards.stream()
            .flatMap(each -> each.repair().stream())
            .collect(Collectors.joining(", or "));
    return commands.isEmpty()
        ? ""
        : " One whose log says that its data cannot be used is made anew from the primary: %s."
            .formatted(commands);
  }

  /** What is in the way may be in the way of another instance only. */
  private String unexplained() {
    List<String> silent =
        shards.stream()
            .filter(each -> gaps.unavailable().contains(each.shard()))
            .filter(each -> each.refusal().isEmpty() && !each.isPaused())
            .map(ShardFacts::shard)
            .toList();
    return silent.isEmpty() ? "" : leaderless(silent);
  }

  private static String leaderless(List<String> names) {
    return "No writable primary yet in " + list(names) + ": ";
  }

  /** With these commands: what can be told without them has been. */
  private static String readWhy(Stream<String> commands) {
    return commands.collect(Collectors.joining(", ", "read why: ", "."));
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

  /** Whether something was lost, not only about to be. */
  private static boolean isDegraded(ShardSetStatus status) {
    return Conditions.find(status.conditions(), ConditionType.DEGRADED)
        .filter(condition -> condition.status() == ConditionStatus.TRUE)
        .filter(c -> !c.reason().equals(ShardSetReason.STORAGE_NEARLY_FULL.text()))
        .isPresent();
  }

  private static String list(List<String> names) {
    return String.join(", ", names);
  }
}
