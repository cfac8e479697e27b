package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The one shape of a reconciliation: observe, plan, apply, status. Costs no request at all when the
 * object is settled.
 */
final class ReconcileLoop<P extends CustomResource<?, S>, S extends Conditioned, O> {

  /** An object of someone else wakes nobody when it goes: how soon its name is looked at again. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

  private final Subject<P, S, O> subject;
  private final Tools tools;
  private final StatusWriter statuses;

  ReconcileLoop(Subject<P, S, O> subject, Tools tools) {
    this.subject = subject;
    this.tools = tools;
    this.statuses = new StatusWriter(tools.client());
  }

  /** One pass over an object that exists and is not being deleted. */
  UpdateControl<P> run(P primary, Context<P> context) {
    Owner owner = Owner.of(subject.kind(), primary);
    Instant begin = tools.clock().instant();
    String outcome = "failed";
    try {
      Pass pass = pass(owner, primary, context);
      outcome = pass.outcome;
      return pass.control;
    } finally {
      tools
          .metrics()
          .reconciled(subject.kind(), outcome, Duration.between(begin, tools.clock().instant()));
    }
  }

  /** The object is gone: nothing about it is kept. */
  void forget(Owner owner) {
    tools.applier().forget(owner);
    tools.actions().forget(owner);
    tools.reporter().forget(owner);
  }

  private final class Pass {
    private final String outcome;
    private final UpdateControl<P> control;

    Pass(String outcome, UpdateControl<P> control) {
      this.outcome = outcome;
      this.control = control;
    }
  }

  private Pass pass(Owner owner, P found, Context<P> context) {
    Instant now = tools.clock().instant();
    // Before any child exists, so that nobody takes an object without conditions for a ready one.
    P primary =
        conditions(found).isEmpty() ? write(owner, found, first(found, now), context) : found;
    O observed = subject.observe(primary, owner);
    Plan plan = subject.plan(primary, observed, now);
    boolean paused = paused(primary);
    List<Problem> obstacles = paused ? List.of() : tools.applier().apply(owner, primary, plan);
    List<Problem> problems = new ArrayList<>(plan.problems());
    problems.addAll(obstacles);
    if (subject.pending(owner)) {
      // The first answer, or the verdict that there is none, wakes us in a moment.
      return new Pass("waiting", UpdateControl.noUpdate());
    }
    if (!paused) {
      tools.actions().start(owner, plan.actions());
      problems.addAll(tools.actions().problems(owner));
    }
    Plan met =
        new Plan(plan.secrets(), plan.resources(), plan.actions(), problems, plan.nextCheck());
    S status = subject.status(primary, observed, met, now);
    boolean changed = !status.equals(primary.getStatus());
    if (changed) {
      write(owner, primary, status, context);
    } else {
      tools.reporter().unchanged(owner, status);
    }
    tools.reporter().problems(owner, primary, problems);
    boolean settled = problems.isEmpty() && plan.actions().isEmpty() && ready(status);
    subject.settled(owner, settled);
    problems.stream()
        .filter(Problem.Transient.class::isInstance)
        .findFirst()
        .ifPresent(
            problem -> {
              throw new TryAgain(problem.reason());
            });
    UpdateControl<P> control = UpdateControl.noUpdate();
    Stream.concat(
            plan.nextCheck().stream(), obstacles.isEmpty() ? Stream.empty() : Stream.of(LOOK_AGAIN))
        .min(Comparator.naturalOrder())
        .ifPresent(control::rescheduleAfter);
    return new Pass(
        paused ? "paused" : changed ? "changed" : settled ? "settled" : "waiting", control);
  }

  private S first(P primary, Instant now) {
    Long generation = primary.getMetadata().getGeneration();
    return subject.first(
        generation,
        Conditions.after(List.of(), generation, now)
            .with(
                ConditionType.READY,
                ConditionStatus.UNKNOWN,
                "Accepted",
                "The operator has just taken over this object.")
            .toList());
  }

  private P write(Owner owner, P primary, S status, Context<P> context) {
    try {
      P written = statuses.write(primary, subject.blank(), status, context);
      tools.reporter().written(owner, primary, primary.getStatus(), status);
      return written;
    } catch (KubernetesClientException e) {
      // 404: deleted meanwhile, which its own event will tell.
      throw new TryAgain(e.getCode() == 404 ? "Gone" : "StatusNotWritten");
    }
  }

  private static boolean paused(HasMetadata primary) {
    return Optional.ofNullable(primary.getMetadata().getAnnotations())
        .orElse(Map.of())
        .getOrDefault(Annotations.PAUSED, "")
        .equals("true");
  }

  private List<Condition> conditions(P primary) {
    return primary.getStatus() == null ? List.of() : primary.getStatus().conditions();
  }

  private boolean ready(S status) {
    return Conditions.holds(status.conditions(), ConditionType.READY);
  }
}
