package dev.knowledgenetwork.operator.runtime.report;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.crds.shardset.ShardState;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what happened from two statuses that follow each other. A status is written once, hence
 * each transition is told once, without any memory of what was told before.
 */
final class Transitions {

  /** Reasons of Reconciling that a person has to hear of. */
  private static final Set<String> TOLD_OF_WORK =
      Set.of(StandardReason.INTERNAL_ERROR.text(), StandardReason.DELETION_BLOCKED.text());

  /** What may run out: no outage yet, and time to do something. */
  private static final List<String> AMOUNTS = List.of("StorageOK", "MemoryOK");

  private Transitions() {}

  static List<Transition> between(@Nullable Conditioned before, Conditioned after) {
    List<Transition> found = new ArrayList<>();
    if ((before == null || before.conditions().isEmpty())
        && changed(before, after, "Stalled").filter(Transitions::isUnreadable).isEmpty()) {
      found.add(
          Transition.normal(StandardReason.ACCEPTED, "The operator has taken over this object."));
    }
    of(after, "Ready")
        .filter(condition -> condition.status() == ConditionStatus.TRUE)
        .filter(condition -> !holds(before, "Ready"))
        .ifPresent(
            condition -> found.add(Transition.normal(EventReason.READY, condition.message())));
    changed(before, after, "Stalled")
        .filter(condition -> condition.status() == ConditionStatus.TRUE)
        .ifPresent(c -> found.add(Transition.warning(c)));
    changed(before, after, "Reconciling")
        .filter(c -> TOLD_OF_WORK.contains(c.reason()))
        .ifPresent(c -> found.add(Transition.warning(c)));
    AMOUNTS.stream()
        .flatMap(type -> changed(before, after, type).stream())
        .filter(condition -> condition.status() == ConditionStatus.FALSE)
        .forEach(c -> found.add(Transition.warning(c)));
    changed(before, after, "Degraded").ifPresent(c -> degraded(before, c).ifPresent(found::add));
    found.addAll(
        OperationTransitions.between(
            before == null ? List.of() : before.operations(), after.operations()));
    if (before instanceof ShardSetStatus old && after instanceof ShardSetStatus now) {
      failovers(old, now, found);
    }
    return found;
  }

  private static boolean isUnreadable(Condition condition) {
    return condition.reason().equals(StandardReason.UNREADABLE.text());
  }

  private static Optional<Transition> degraded(@Nullable Conditioned before, Condition now) {
    if (now.status() == ConditionStatus.TRUE) {
      return Optional.of(Transition.warning(now));
    }
    return of(before, "Degraded")
        .filter(old -> old.status() == ConditionStatus.TRUE)
        .map(old -> Transition.normal(EventReason.RECOVERED, recovered(old)));
  }

  private static String recovered(Condition lost) {
    return lost.reason().equals(ShardSetReason.DATA_LOST.text())
        ? "It is whole again, without the data that was lost or given up."
        : "All parts are there again.";
  }

  /**
   * The condition, where its status or, while it is true, its reason is another one than before.
   */
  private static Optional<Condition> changed(
      @Nullable Conditioned before, Conditioned after, String type) {
    Optional<Condition> old = of(before, type);
    return of(after, type)
        .filter(
            now ->
                old.isEmpty()
                    || old.get().status() != now.status()
                    || now.status() == ConditionStatus.TRUE
                        && !old.get().reason().equals(now.reason()));
  }

  private static boolean holds(@Nullable Conditioned status, String type) {
    return of(status, type)
        .filter(condition -> condition.status() == ConditionStatus.TRUE)
        .isPresent();
  }

  private static Optional<Condition> of(@Nullable Conditioned status, String type) {
    return status == null
        ? Optional.empty()
        : status.conditions().stream().filter(c -> c.type().equals(type)).findFirst();
  }

  private static void failovers(ShardSetStatus old, ShardSetStatus now, List<Transition> found) {
    for (ShardState shard : now.shards()) {
      String primary = shard.primary();
      old.shards().stream()
          .filter(earlier -> earlier.name().equals(shard.name()))
          .map(ShardState::lastPrimary)
          .filter(Objects::nonNull)
          .filter(earlier -> primary != null && !earlier.equals(primary))
          .findFirst()
          .ifPresent(
              earlier ->
                  found.add(
                      Transition.normal(
                          EventReason.PRIMARY_CHANGED,
                          "Shard "
                              + shard.name()
                              + " is now led by "
                              + primary
                              + ", before by "
                              + earlier
                              + ".")));
    }
  }
}
