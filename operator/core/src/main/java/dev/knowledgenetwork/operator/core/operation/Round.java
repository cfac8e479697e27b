package dev.knowledgenetwork.operator.core.operation;

import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What all operations of one object want in one pass.
 *
 * @param entries for the status, in the order of type and target
 * @param holds what templates keep
 * @param extra objects of operations
 * @param actions work outside the Kubernetes API
 * @param problems what stands in the way of operations
 */
public record Round(
    List<OperationState> entries,
    Holds holds,
    List<HasMetadata> extra,
    List<Action> actions,
    List<Problem> problems) {

  private static final Duration ACTIVE = Duration.ofSeconds(5);

  /** Copies the lists. */
  public Round {
    entries = List.copyOf(entries);
    extra = List.copyOf(extra);
    actions = List.copyOf(actions);
    problems = List.copyOf(problems);
  }

  /** Nothing goes on, and what the status says of operations stays. */
  public static Round none(List<OperationState> entries) {
    return new Round(entries, Holds.none(), List.of(), List.of(), List.of());
  }

  /** A plan together with what operations want. */
  public Plan into(Plan plan) {
    List<Problem> all = new ArrayList<>(plan.problems());
    all.addAll(problems);
    if (all.stream().anyMatch(Problem.InvalidSpec.class::isInstance)) {
      return Plan.blocked(all);
    }
    List<HasMetadata> resources = new ArrayList<>(plan.resources());
    resources.addAll(extra);
    List<Action> work = new ArrayList<>(plan.actions());
    work.addAll(actions);
    return new Plan(plan.secrets(), resources, work, all, nextCheck(plan));
  }

  /** What an operation waits for may be something that nobody is woken by. */
  private Optional<Duration> nextCheck(Plan plan) {
    return isActive()
        ? Optional.of(plan.nextCheck().filter(due -> due.compareTo(ACTIVE) < 0).orElse(ACTIVE))
        : plan.nextCheck();
  }

  /** Whether some operation waits or runs. */
  public boolean isActive() {
    return entries.stream().anyMatch(entry -> !entry.phase().isOver());
  }

  /** Whether a step, its data or an outcome differs from what a status says, messages aside. */
  public boolean isAhead(List<OperationState> before) {
    return !steps(entries).equals(steps(before));
  }

  private static List<OperationState> steps(List<OperationState> entries) {
    return entries.stream()
        .map(
            entry ->
                new OperationState(
                    entry.type(),
                    entry.target(),
                    entry.id(),
                    entry.phase(),
                    entry.step(),
                    entry.since(),
                    "",
                    entry.data()))
        .toList();
  }
}
