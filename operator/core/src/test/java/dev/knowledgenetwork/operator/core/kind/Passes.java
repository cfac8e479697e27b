package dev.knowledgenetwork.operator.core.kind;

import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.kind.Outcome.Result;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.operation.Arbiter;
import dev.knowledgenetwork.operator.core.operation.Bid;
import dev.knowledgenetwork.operator.core.operation.Intent;
import dev.knowledgenetwork.operator.core.operation.Operations;
import dev.knowledgenetwork.operator.core.operation.Round;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.workload.Applied;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whole passes over an object, in the order of the runtime, without an API server. */
public final class Passes {

  private Passes() {}

  /** What operations want, given what those of other objects were granted. */
  public static <P extends CustomResource<?, S>, S extends Conditioned, C> Round round(
      Kind<P, S, C> kind, P primary, Observed observed, List<Bid> others) {
    List<OperationState> before =
        Optional.ofNullable(primary.getStatus()).map(Conditioned::operations).orElse(List.of());
    return Pass.isPaused(primary)
        ? Round.none(before)
        : kind.operations()
            .round(
                new Operations.Pass<>(
                    kind.draft(primary, observed).parts(),
                    before,
                    state -> intent(primary, state),
                    observed.facts().awaited(),
                    observed.now()),
                bids -> Arbiter.decide(bids, others));
  }

  /** What would be planned now; nothing changes. */
  public static <P extends CustomResource<?, S>, S extends Conditioned, C> Plan plan(
      Kind<P, S, C> kind, P primary, Observed observed) {
    return kind.draft(primary, observed).plan().apply(round(kind, primary, observed, List.of()));
  }

  /** A pass of an object that is alone; its status is stored in it, and its words are sound. */
  public static <P extends CustomResource<?, S>, S extends Conditioned, C> Plan run(
      Kind<P, S, C> kind, P primary, Observed observed, Problem... met) {
    return run(kind, primary, observed, round(kind, primary, observed, List.of()), met);
  }

  /**
   * A pass with what its operations want; the status is stored in the object.
   *
   * @param met what stood in the way of applying the plan
   */
  public static <P extends CustomResource<?, S>, S extends Conditioned, C> Plan run(
      Kind<P, S, C> kind, P primary, Observed observed, Round round, Problem... met) {
    Plan plan = kind.draft(primary, observed).plan().apply(round);
    List<Problem> problems = new ArrayList<>(plan.problems());
    problems.addAll(List.of(met));
    Plan all =
        new Plan(plan.secrets(), plan.resources(), plan.actions(), problems, plan.nextCheck());
    Outcome outcome =
        Pass.isPaused(primary) ? Outcome.NONE : outcome(plan, observed.children(), met);
    primary.setStatus(
        kind.status(new Pass<>(primary, observed, round, all, outcome, false, observed.now())));
    Wording.check(primary.getStatus());
    return plan;
  }

  /** What an applier does that meets no obstacle but these. */
  private static Outcome outcome(Plan plan, Children children, Problem... met) {
    Outcome.Builder outcome = new Outcome.Builder();
    for (HasMetadata desired : plan.resources()) {
      Optional<? extends HasMetadata> live =
          children.find(desired.getClass(), desired.getMetadata().getName());
      outcome.put(
          Reference.of(desired),
          live.map(
                  found ->
                      isApplied(desired, found) ? new Result.Unchanged() : new Result.Applied())
              .orElseGet(() -> new Result.Created(false)));
    }
    List.of(met).forEach(outcome::add);
    return outcome.build();
  }

  private static boolean isApplied(HasMetadata desired, HasMetadata live) {
    return Applied.annotation(live, Annotations.DESIRED_HASH)
        .filter(Hash.of(desired)::equals)
        .isPresent();
  }

  private static Intent intent(HasMetadata primary, OperationState state) {
    return Applied.annotation(primary, Annotations.ABORT)
            .filter((state.type() + "/" + state.target())::equals)
            .isPresent()
        ? Intent.ABORT
        : Intent.CONTINUE;
  }
}
