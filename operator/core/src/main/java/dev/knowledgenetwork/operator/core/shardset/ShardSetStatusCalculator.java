package dev.knowledgenetwork.operator.core.shardset;

import static dev.knowledgenetwork.operator.core.kind.ConditionType.DEGRADED;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.READY;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.RECONCILING;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.STALLED;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.TOPOLOGY_STABLE;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetBinding;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.crds.shardset.ShardState;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.identity.ClusterIdentity;
import dev.knowledgenetwork.operator.core.shardset.observe.ShardSetObserved;
import dev.knowledgenetwork.operator.core.shardset.topology.TopologyPublication;
import dev.knowledgenetwork.topology.TopologyDocument;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The status of a ShardSet, computed anew each time; equal while nothing changes. Work that was
 * asked for is Reconciling; only what was there before and is lost is Degraded; only what needs a
 * person is Stalled.
 */
public final class ShardSetStatusCalculator {

  private final ShardSet set;
  private final ShardSetObserved observed;
  private final Plan plan;
  private final ShardSetStatus before;
  private final ShardSetProgress progress;

  private ShardSetStatusCalculator(ShardSet set, ShardSetObserved observed, Plan plan) {
    this.set = set;
    this.observed = observed;
    this.plan = plan;
    this.before = Optional.ofNullable(set.getStatus()).orElseGet(ShardSetStatus::empty);
    this.progress = ShardSetProgress.of(set, observed, plan, before);
  }

  /** The status after a plan; the one before is read from the ShardSet. */
  public static ShardSetStatus calculate(
      ShardSet set, ShardSetObserved observed, Plan plan, Instant now) {
    return new ShardSetStatusCalculator(set, observed, plan).status(now);
  }

  private ShardSetStatus status(Instant now) {
    String name = set.getMetadata().getName();
    Conditions conditions =
        Conditions.after(before.conditions(), set.getMetadata().getGeneration(), now);
    conditions = ready(conditions);
    conditions = reconciling(conditions);
    conditions = stalled(conditions);
    conditions = degraded(conditions);
    conditions = topology(conditions);
    Map<Integer, Long> owned = ownedBuckets();
    List<ShardState> states =
        IntStream.range(0, progress.shards().size())
            .mapToObj(
                index ->
                    progress.shards().get(index).state(owned.getOrDefault(index, 0L).intValue()))
            .toList();
    int readyInstances = states.stream().mapToInt(ShardState::readyInstances).sum();
    int instances = progress.shards().stream().mapToInt(ShardFacts::instances).sum();
    return new ShardSetStatus(
        set.getMetadata().getGeneration(),
        conditions.toList(),
        ClusterIdentity.of(set, observed.children()).orElse(before.clusterId()),
        progress.epoch(),
        (int) progress.shards().stream().filter(shard -> shard.live().isPresent()).count(),
        selector(name),
        progress.shards().size() - progress.unavailable().size(),
        readyInstances + "/" + instances,
        states,
        new ShardSetBinding(Names.topology(name), Names.appLogin(name), Names.migrateLogin(name)));
  }

  private Conditions ready(Conditions conditions) {
    if (paused()) {
      return conditions.with(
          READY,
          progress.serving() ? ConditionStatus.TRUE : ConditionStatus.FALSE,
          ShardSetReason.PAUSED,
          "Nothing is changed: remove the annotation knowledgenetwork.dev/paused to go on.");
    }
    if (progress.serving()) {
      return conditions.yes(
          READY,
          ShardSetReason.READY,
          progress.shards().size() == 1
              ? "The shard takes writes."
              : "All " + progress.shards().size() + " shards take writes.");
    }
    if (!progress.started()) {
      return violations().isEmpty()
          ? conditions.with(
              READY, ConditionStatus.UNKNOWN, ShardSetReason.CREATING, "Nothing has been made yet.")
          : conditions.no(READY, ShardSetReason.INVALID_SPEC, violations());
    }
    return conditions.no(READY, progress.lack(), progress.message());
  }

  private Conditions reconciling(Conditions conditions) {
    if (paused()) {
      return conditions.no(RECONCILING, ShardSetReason.PAUSED, "");
    }
    return progress.planned() && violations().isEmpty()
        ? conditions.yes(RECONCILING, progress.work(), progress.message())
        : conditions.no(RECONCILING, ShardSetReason.SETTLED, "");
  }

  private Conditions stalled(Conditions conditions) {
    return plan.problems().stream()
        .filter(Problem.InvalidSpec.class::isInstance)
        .findFirst()
        .map(
            problem ->
                conditions.with(STALLED, ConditionStatus.TRUE, problem.reason(), violations()))
        .orElseGet(() -> conditions.no(STALLED, ShardSetReason.VALID, ""));
  }

  private Conditions degraded(Conditions conditions) {
    return progress.degraded()
        ? conditions.yes(DEGRADED, progress.lack(), progress.message())
        : conditions.no(DEGRADED, ShardSetReason.WHOLE, "");
  }

  private Conditions topology(Conditions conditions) {
    Long epoch = progress.epoch();
    return epoch == null
        ? conditions.with(
            TOPOLOGY_STABLE,
            ConditionStatus.UNKNOWN,
            ShardSetReason.PUBLISHING,
            "The first topology is not in force on all shards yet.")
        : conditions.yes(
            TOPOLOGY_STABLE,
            ShardSetReason.PUBLISHED,
            "Epoch " + epoch + " is in force on all shards.");
  }

  private Map<Integer, Long> ownedBuckets() {
    return TopologyPublication.published(observed.children(), set.getMetadata().getName())
        .map(TopologyDocument::assignment)
        .orElse(List.of())
        .stream()
        .collect(Collectors.groupingBy(index -> index, Collectors.counting()));
  }

  private static String selector(String shardSet) {
    return new TreeMap<>(Blueprint.postgresSelector(shardSet))
        .entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(","));
  }

  private String violations() {
    return plan.problems().stream()
        .filter(Problem.InvalidSpec.class::isInstance)
        .map(Problem.InvalidSpec.class::cast)
        .map(problem -> problem.field() + ": " + problem.message())
        .collect(Collectors.joining("; "));
  }

  private boolean paused() {
    @Nullable Map<String, String> annotations = set.getMetadata().getAnnotations();
    return annotations != null && "true".equals(annotations.get(Annotations.PAUSED));
  }
}
