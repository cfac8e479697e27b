package dev.knowledgenetwork.operator.runtime.report;

import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Outcome;
import dev.knowledgenetwork.operator.core.kind.Outcome.Result;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Reason;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that turns problems and changes of status into Events, log lines and metrics.
 * (Conditions are made of the same problems, by the status calculators.) A problem counts when it
 * appears, not on every pass that still meets it.
 */
public final class Reporter {

  private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);
  private static final String LINE = "{} generation {}: {}: {}";
  private static final String REPLICAS = "/spec/replicas";
  private static final String AUTOSCALED =
      " (an autoscaler that does it has to go, or both go on for ever)";

  private final EventRecorder events;
  private final OperatorMetrics metrics;
  private final Map<Owner, Set<Reason>> known = new ConcurrentHashMap<>();

  /** Reports to these. */
  public Reporter(EventRecorder events, OperatorMetrics metrics) {
    this.events = events;
    this.metrics = metrics;
  }

  /**
   * The problems of a pass, whatever becomes of the status. Right after a start, what the status
   * already says was told by whoever led before.
   *
   * @param before the status at the begin of the pass
   */
  public void problems(
      Owner owner, HasMetadata about, @Nullable Conditioned before, List<Problem> problems) {
    Set<Reason> now =
        problems.stream().map(Problem::reason).collect(Collectors.toCollection(HashSet::new));
    Set<Reason> told = known.get(owner);
    problems.stream()
        .filter(
            problem -> told == null ? !isSaid(before, problem) : !told.contains(problem.reason()))
        .forEach(problem -> met(owner, about, problem));
    known.put(owner, now);
  }

  private static boolean isSaid(@Nullable Conditioned status, Problem problem) {
    return status != null
        && status.conditions().stream()
            .anyMatch(condition -> condition.message().contains(problem.message()));
  }

  private void met(Owner owner, HasMetadata about, Problem problem) {
    metrics.problem(owner.kind(), problem.reason());
    switch (problem) {
      // Their conditions make the Event.
      case Problem.InvalidSpec invalid -> {}
      case Problem.Stuck stuck -> {}
      case Problem.WaitingFor waiting ->
          tell(owner, about, Transition.normal(waiting.reason(), waiting.message()));
      case Problem.Unserved unserved ->
          tell(owner, about, Transition.warning(unserved.reason(), unserved.message()));
      case Problem.UpdateAvailable update ->
          tell(owner, about, Transition.normal(update.reason(), update.message()));
      case Problem.Transient passing ->
          tell(owner, about, Transition.warning(passing.reason(), passing.message()));
      case Problem.Failed failed ->
          tell(owner, about, Transition.warning(failed.reason(), failed.message()));
    }
  }

  private void tell(Owner owner, HasMetadata about, Transition transition) {
    if (!events.record(about, transition)) {
      return;
    }
    if (transition.warning()) {
      LOG.warn(LINE, owner, generation(about), transition.reason(), transition.note());
    } else {
      LOG.info(LINE, owner, generation(about), transition.reason(), transition.note());
    }
  }

  private static Long generation(HasMetadata about) {
    return about.getMetadata().getGeneration();
  }

  /**
   * What others changed at the children of an object and was put back: told at the child, where
   * they look for what became of their change, and at the object, where others look. (The applier
   * has logged it.) What they deleted is told at the object itself.
   */
  public void corrected(HasMetadata about, Children children, Outcome outcome) {
    outcome
        .of(Result.Created.class)
        .forEach(
            (reference, made) -> {
              if (made.again()) {
                tellAt(
                    Optional.of(about),
                    about,
                    EventReason.CHANGE_REVERTED,
                    "%s was deleted and is made again, for it follows from %s %s: change or delete that instead."
                        .formatted(reference, about.getKind(), about.getMetadata().getName()));
              }
            });
    outcome
        .of(Result.Corrected.class)
        .forEach(
            (reference, corrected) -> {
              String note =
                  "%s of %s was changed and is put back%s, for it follows from %s %s: change that instead."
                      .formatted(
                          String.join(", ", corrected.paths()),
                          reference,
                          corrected.paths().contains(REPLICAS) ? AUTOSCALED : "",
                          about.getKind(),
                          about.getMetadata().getName());
              tellAtBoth(children.find(reference), about, EventReason.CHANGE_REVERTED, note);
            });
  }

  /**
   * Secrets that were made anew since what they follow from, or they themselves, had changed: told
   * there, and at the object that they belong to, where people look first. (The applier has logged
   * it.)
   */
  public void renewed(HasMetadata about, Children children, Outcome outcome) {
    outcome
        .of(Result.Renewed.class)
        .forEach(
            (reference, made) -> {
              String note =
                  "%s of Secret %s %s, and was made anew; pods that have read it are replaced where they need it."
                      .formatted(String.join(", ", made.keys()), reference.name(), made.cause());
              tellAtBoth(children.find(reference), about, EventReason.SECRET_RENEWED, note);
            });
  }

  private void tellAtBoth(
      Optional<? extends HasMetadata> child, HasMetadata about, EventReason reason, String note) {
    tellAt(child, about, reason, note);
    tellAt(Optional.of(about), about, reason, note);
  }

  /** No obstacle, as warnings may be: it is done. */
  private void tellAt(
      Optional<? extends HasMetadata> child, HasMetadata about, EventReason reason, String note) {
    child.ifPresent(live -> events.record(live, about, Transition.normal(reason, note)));
  }

  /** A status is about to be written. */
  public void changing(
      Owner owner, HasMetadata about, @Nullable Conditioned before, Conditioned after) {
    Transitions.between(before, after).forEach(transition -> tell(owner, about, transition));
  }

  /** A status cannot be written, so it cannot say so itself. */
  public void unwritten(Owner owner, HasMetadata about, Problem refusal) {
    tell(
        owner,
        about,
        Transition.warning(
            refusal.reason(), "What the status says is of before: " + refusal.message()));
  }

  /** An object is let go. */
  public void released(Owner owner, HasMetadata about, String stays) {
    if (!stays.isEmpty()) {
      tell(owner, about, Transition.normal(EventReason.RETAINED, stays));
    }
  }

  /** A status stands; keeps the gauges right, also after a restart. */
  public void stands(Owner owner, Conditioned status) {
    metrics.conditions(owner, status.conditions());
  }

  /** The object is gone. */
  public void forget(Owner owner) {
    known.remove(owner);
    metrics.forget(owner);
  }
}
