package dev.knowledgenetwork.operator.core.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The outcome of planning one object: a value, computed without side effects.
 *
 * @param secrets minted before anything else is applied; one that exists is kept true
 * @param resources complete desired objects, in the order in which they are to be applied; what
 *     carries the owner's label and is not in this list is pruned once the plan is whole
 * @param actions work outside the Kubernetes API, run off the reconcile thread
 * @param problems why the plan is not the whole of what the spec asks for; empty when it is
 * @param nextCheck when to look again although nothing changed; empty: only events wake us
 */
public record Plan(
    List<PlannedSecret> secrets,
    List<HasMetadata> resources,
    List<Action> actions,
    List<Problem> problems,
    Optional<Duration> nextCheck) {

  public Plan {
    secrets = List.copyOf(secrets);
    resources = List.copyOf(resources);
    actions = List.copyOf(actions);
    problems = List.copyOf(problems);
  }

  /**
   * A plan that changes nothing: the spec is invalid, so what runs goes on as it is. Nothing is
   * applied and nothing pruned.
   */
  public static Plan blocked(List<Problem> problems) {
    return new Plan(List.of(), List.of(), List.of(), problems, Optional.empty());
  }

  /** The same plan, with more that stands in its way. */
  public Plan meeting(List<Problem> more) {
    List<Problem> all = new ArrayList<>(problems);
    all.addAll(more);
    return new Plan(secrets, resources, actions, all, nextCheck);
  }

  /** The same plan with these Secrets. */
  public Plan minting(List<PlannedSecret> minted) {
    return new Plan(minted, resources, actions, problems, nextCheck);
  }

  /** The same plan, looked at again so soon. */
  public Plan checkedAfter(Duration due) {
    return new Plan(secrets, resources, actions, problems, Optional.of(due));
  }

  /** Whether nothing is left to be done but what waits for somebody's word. */
  public boolean isComplete() {
    return actions.isEmpty()
        && problems.stream().allMatch(Problem.UpdateAvailable.class::isInstance);
  }

  /** Whether the plan must not touch what runs: neither apply nor prune. */
  public boolean isBlocked() {
    return problems.stream().anyMatch(Problem.InvalidSpec.class::isInstance);
  }

  /**
   * Whether the resources are all that this cluster can have of what the spec asks for. Only then
   * is what they lack no longer wanted.
   */
  public boolean isWhole() {
    return problems.stream()
        .allMatch(
            problem ->
                problem instanceof Problem.Unserved
                    || problem instanceof Problem.UpdateAvailable
                    || problem instanceof Problem.Stuck);
  }
}
