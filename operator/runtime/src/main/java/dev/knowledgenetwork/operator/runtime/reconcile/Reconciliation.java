package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.common.KnObject;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.Draft;
import dev.knowledgenetwork.operator.core.kind.Kind;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Outcome;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.operation.Intent;
import dev.knowledgenetwork.operator.core.operation.Operations;
import dev.knowledgenetwork.operator.core.operation.Parts;
import dev.knowledgenetwork.operator.core.operation.Round;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.core.workload.Applied;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The one shape of a reconciliation: observe, let operations decide, plan, apply, say what is.
 * Costs no request at all when the object is settled. The status with a new step of an operation is
 * accepted by the API server before anything is done for that step.
 */
final class Reconciliation<P extends CustomResource<?, S>, S extends Conditioned, C> {

  private static final Duration STEP = Duration.ofMillis(100);

  /** Longer than any step takes that goes well, pulling an image included. */
  private static final Duration ALLOWED = Duration.ofMinutes(10);

  /** Those that use an object wake nobody when they go. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  private static final String FAULT =
      "The operator met a fault of its own at this object. What runs goes on, and it is tried again."
          + " Please report what the operator's log says of it.";

  private final Kind<P, S, C> kind;
  private final Surroundings<P> surroundings;
  private final Platform platform;
  private final Relevance relevance = new Relevance();
  private final Deadlines deadlines = new Deadlines(ALLOWED);
  private final Conclusion<P, S> conclusion;
  private final Unreadable<P, S> unreadable;
  private final TakingDown<P, S> takingDown;
  private final InUse inUse;

  Reconciliation(Kind<P, S, C> kind, Surroundings<P> surroundings, Platform platform) {
    this.kind = kind;
    this.surroundings = surroundings;
    this.platform = platform;
    this.conclusion = new Conclusion<>(kind, surroundings.observers(), platform.board());
    this.unreadable = new Unreadable<>(kind, surroundings, platform);
    this.takingDown = new TakingDown<>(kind, surroundings, platform);
    this.inUse = new InUse(platform.attention());
  }

  /**
   * What came of a pass.
   *
   * @param outcome for metrics: changed, settled, waiting, paused, deleting, unreadable
   */
  record Result<P extends CustomResource<?, ?>>(String outcome, UpdateControl<P> control) {}

  /** The object is gone. */
  void forget(Owner owner) {
    deadlines.forget(owner);
  }

  /** A pass met what nobody expected: the object says so, and it is tried again. */
  void failed(Owner owner, P found, Context<P> context) {
    P primary = surroundings.newest(owner, found);
    S before = primary.getStatus();
    if (before == null || KnObject.unreadable(primary).isPresent()) {
      return;
    }
    Conditions conditions =
        Conditions.revising(
                before.conditions(),
                primary.getMetadata().getGeneration(),
                platform.clock().instant())
            .yes(ConditionType.RECONCILING, StandardReason.INTERNAL_ERROR, FAULT);
    try {
      platform
          .board()
          .write(
              kind,
              owner,
              primary,
              kind.with(before, conditions.toList(), before.operations()),
              context);
    } catch (Gone | TryAgain unwritten) {
      // The log has it; the next try may be able to say it.
      return;
    }
  }

  /** One pass over an object that exists. */
  Result<P> run(Owner owner, P found, Context<P> context) {
    if (unreadable.told(owner, found, context)) {
      return new Result<>("unreadable", UpdateControl.noUpdate());
    }
    Optional<Problem> use = inUse.of(owner, found, () -> surroundings.children(owner));
    if (found.isMarkedForDeletion() && use.isEmpty()) {
      return new Result<>("deleting", takingDown.step(owner, found, context));
    }
    Instant now = platform.clock().instant();
    P primary = accepted(owner, found, now, context);
    Observed observed = surroundings.observe(kind, primary, owner, now);
    boolean paused = Pass.isPaused(primary);
    List<OperationState> before = operations(primary);
    Draft<C> draft = kind.draft(primary, observed);
    Round round = round(owner, primary, paused ? Parts.unknown() : draft.parts(), observed);
    boolean stepped = round.isAhead(before);
    if (stepped) {
      S ahead = kind.with(primary.getStatus(), primary.getStatus().conditions(), round.entries());
      P written = platform.board().write(kind, owner, primary, ahead, context);
      if (relevance.accept(written, primary)) {
        // The step is of a spec that is no longer the newest: the next pass goes on from there.
        return new Result<>("waiting", UpdateControl.<P>noUpdate().rescheduleAfter(Duration.ZERO));
      }
      primary = written;
    }
    Plan plan = draft.plan().apply(round);
    Outcome outcome =
        paused ? Outcome.NONE : platform.execution().applier().apply(owner, primary, plan);
    if (observed.facts().awaited()) {
      // The first answer, or the verdict that there is none, wakes us in a moment.
      return new Result<>("waiting", overtaken(found, primary, UpdateControl.noUpdate()));
    }
    if (!paused) {
      platform.execution().actions().start(owner, ready(plan, outcome));
    }
    Duration left = left(owner, primary, now);
    Pass<P> pass =
        new Pass<>(
            primary,
            observed,
            round,
            met(owner, plan, outcome).meeting(use.stream().toList()),
            outcome,
            !left.isPositive(),
            now);
    Conclusion.Result<P> result = conclusion.of(owner, pass, context);
    UpdateControl<P> control = UpdateControl.noUpdate();
    // What comes next in a new step, or after the last one, may need nothing that would wake us.
    (stepped ? Optional.of(STEP) : result.next()).ifPresent(control::rescheduleAfter);
    use.ifPresent(waits -> control.rescheduleAfter(LOOK_AGAIN));
    return new Result<>(result.outcome(), overtaken(found, result.written(), control));
  }

  /**
   * Somebody may have changed the object between our reading it and our writing it. The framework
   * takes that change for our own and never tells it, so it is looked at again at once.
   */
  private UpdateControl<P> overtaken(P read, P written, UpdateControl<P> control) {
    if (relevance.accept(written, read)) {
      control.rescheduleAfter(Duration.ZERO);
    }
    return control;
  }

  /** Those whose objects stand as planned; the others are decided on anew by the next pass. */
  private static List<Action> ready(Plan plan, Outcome outcome) {
    return plan.actions().stream()
        .filter(action -> action.restsOn().stream().allMatch(outcome::stood))
        .toList();
  }

  /** Before any child exists, so that nobody takes an object without conditions for a ready one. */
  private P accepted(Owner owner, P found, Instant now, Context<P> context) {
    P primary = kind.isTakenDown() ? platform.teardown().finalized(found, context) : found;
    if (primary.getStatus() != null && !primary.getStatus().conditions().isEmpty()) {
      return primary;
    }
    Long generation = primary.getMetadata().getGeneration();
    S first =
        kind.accepted(
            generation,
            Conditions.after(List.of(), generation, now)
                .with(
                    ConditionType.READY,
                    ConditionStatus.UNKNOWN,
                    StandardReason.ACCEPTED,
                    "The operator has just taken over this object.")
                .toList());
    return platform.board().write(kind, owner, primary, first, context);
  }

  private Round round(Owner owner, P primary, Parts<C> parts, Observed observed) {
    Operations.Pass<C> pass =
        new Operations.Pass<>(
            parts,
            operations(primary),
            state -> intent(primary, state),
            observed.facts().awaited(),
            observed.now());
    return kind.operations().round(pass, bids -> platform.execution().claims().decide(owner, bids));
  }

  private static Intent intent(CustomResource<?, ?> primary, OperationState state) {
    String name = state.type() + "/" + state.target();
    return Applied.annotation(primary, Annotations.ABORT).filter(name::equals).isPresent()
        ? Intent.ABORT
        : Intent.CONTINUE;
  }

  private List<OperationState> operations(P primary) {
    S status = primary.getStatus();
    return status == null ? List.of() : status.operations();
  }

  private Duration left(Owner owner, P primary, Instant now) {
    return deadlines.left(
        owner, primary.getStatus(), status -> kind.with(status, List.of(), List.of()), now);
  }

  /** The plan with all that was met since. */
  private Plan met(Owner owner, Plan plan, Outcome outcome) {
    List<Problem> met = new ArrayList<>(outcome.problems());
    met.addAll(platform.execution().actions().problems(owner));
    return plan.meeting(met);
  }
}
