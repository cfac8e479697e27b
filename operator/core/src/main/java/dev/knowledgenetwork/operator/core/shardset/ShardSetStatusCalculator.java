package dev.knowledgenetwork.operator.core.shardset;

import static dev.knowledgenetwork.operator.core.kind.ConditionType.TOPOLOGY_STABLE;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetBinding;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.crds.shardset.ShardState;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.Finding;
import dev.knowledgenetwork.operator.core.kind.Health;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.kind.StandardConditions;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.identity.ClusterIdentity;
import dev.knowledgenetwork.operator.core.shardset.identity.LoginsView;
import dev.knowledgenetwork.operator.core.shardset.identity.ShardSetSecrets;
import dev.knowledgenetwork.operator.core.shardset.storage.StorageHealth;
import dev.knowledgenetwork.operator.core.shardset.topology.TopologyPublication;
import dev.knowledgenetwork.topology.TopologyDocument;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  private final Pass<ShardSet> pass;
  private final ShardSet set;
  private final ShardSetStatus before;
  private final ShardSetProgress progress;
  private final StorageHealth storage;

  private ShardSetStatusCalculator(Pass<ShardSet> pass, Set<String> disturbed) {
    this.pass = pass;
    this.set = pass.primary();
    this.before = Optional.ofNullable(set.getStatus()).orElseGet(ShardSetStatus::empty);
    this.progress = ShardSetProgress.of(pass, before, disturbed);
    this.storage = StorageHealth.of(set, pass.observed().facts());
  }

  /**
   * The status after a pass; the one before is read from the ShardSet.
   *
   * @param disturbed shards of which instances may be away because of an operation
   */
  public static ShardSetStatus calculate(Pass<ShardSet> pass, Set<String> disturbed) {
    return new ShardSetStatusCalculator(pass, disturbed).status(pass.now());
  }

  private ShardSetStatus status(Instant now) {
    String name = set.getMetadata().getName();
    Conditions conditions =
        Conditions.after(before.conditions(), set.getMetadata().getGeneration(), now);
    conditions = StandardConditions.set(conditions, pass, health());
    conditions = storage.set(topology(conditions));
    if (pass.violations().isEmpty()) {
      conditions = MemoryHealth.of(set.getSpec()).set(conditions);
    }
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
        ClusterIdentity.of(set, pass.observed().children()).orElse(before.clusterId()),
        progress.epoch(),
        (int) progress.shards().stream().filter(ShardFacts::exists).count(),
        selector(name),
        progress.shards().size() - progress.gaps().unavailable().size(),
        instances,
        readyInstances,
        states,
        new ShardSetBinding(
            Names.databaseBinding(name),
            Names.topology(name),
            Names.appLogin(name),
            Names.migrateLogin(name),
            secretHash()),
        pass.round().entries());
  }

  /** Who uses the login gets another one when it is taken everywhere, by the poolers last. */
  private @Nullable String secretHash() {
    Optional<String> told = Optional.ofNullable(before.binding()).map(ShardSetBinding::secretHash);
    Optional<String> now = ShardSetSecrets.appHash(set, pass.observed().children());
    boolean taken = LoginsView.areTaken(set, pass.observed()) && poolersTakeIt();
    return (taken ? now.or(() -> told) : told.or(() -> now)).orElse(null);
  }

  /** The poolers' Secret is written before that of applications, and read by new pods only. */
  private boolean poolersTakeIt() {
    String name = set.getMetadata().getName();
    Children children = pass.observed().children();
    return children
            .line(Names.databaseBinding(name), "password")
            .equals(children.line(Names.appLogin(name), "password"))
        && !pass.outcome().changed(progress.pooler().name())
        && progress.pooler().isRolled();
  }

  private Health health() {
    boolean valid = pass.violations().isEmpty();
    return new Health(
        serving(),
        readiness(),
        progress.undone() && valid
            ? Optional.of(new Finding(progress.working(), progress.message()))
            : Optional.empty(),
        dataLoss()
            .or(
                () ->
                    progress.degraded()
                        ? Optional.of(withStorage(progress.lack(), progress.lacking()))
                        : storage.loss()),
        Optional.empty());
  }

  /** Then nothing is expected to come back by itself. */
  private Optional<Finding> dataLoss() {
    String lost =
        pass.plan().problems().stream()
            .filter(problem -> problem.reason() == ShardSetReason.DATA_LOST)
            .map(Problem::message)
            .collect(Collectors.joining(" "));
    return Optional.of(Finding.of(ShardSetReason.DATA_LOST, lost)).filter(found -> !lost.isEmpty());
  }

  private ConditionStatus serving() {
    if (progress.serving()) {
      return ConditionStatus.TRUE;
    }
    return progress.started() || !pass.violations().isEmpty()
        ? ConditionStatus.FALSE
        : ConditionStatus.UNKNOWN;
  }

  private Finding readiness() {
    if (progress.serving()) {
      String serves =
          progress.shards().size() == 1
              ? "The shard takes writes."
              : "All " + progress.shards().size() + " shards take writes.";
      // Close to the end small writes are taken still, and larger ones refused.
      return storage
          .loss()
          .map(full -> new Finding(full.reason(), serves + " But: " + full.message()))
          .orElseGet(() -> Finding.of(ShardSetReason.READY, serves));
    }
    if (!progress.started()) {
      return pass.invalidity()
          .orElseGet(() -> Finding.of(ShardSetReason.CREATING, "Nothing has been made yet."));
    }
    return dataLoss().orElseGet(() -> withStorage(progress.lack(), progress.message()));
  }

  /** A volume that is full may be why nothing serves, and PostgreSQL that stopped cannot say so. */
  private Finding withStorage(ShardSetReason reason, String message) {
    return Finding.of(
        reason,
        storage
            .loss()
            .filter(full -> !progress.serving())
            .map(full -> message + " " + full.message())
            .orElse(message));
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
    return TopologyPublication.published(pass.observed().children(), set.getMetadata().getName())
        .map(TopologyDocument::assignment)
        .orElse(List.of())
        .stream()
        .collect(Collectors.groupingBy(index -> index, Collectors.counting()));
  }

  private static String selector(String shardSet) {
    return new TreeMap<>(Labels.with(Blueprint.postgresSelector(shardSet), Labels.ROLE, "primary"))
        .entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(","));
  }
}
