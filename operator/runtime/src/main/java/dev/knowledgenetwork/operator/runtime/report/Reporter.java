package dev.knowledgenetwork.operator.runtime.report;

import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one place that turns problems and changes of status into Events and metrics. (Conditions are
 * made of the same problems, by the status calculators.) A problem counts when it appears, not on
 * every pass that still meets it.
 */
public final class Reporter {

  private final EventRecorder events;
  private final OperatorMetrics metrics;
  private final Map<Owner, Set<String>> known = new ConcurrentHashMap<>();

  /** Reports to these. */
  public Reporter(EventRecorder events, OperatorMetrics metrics) {
    this.events = events;
    this.metrics = metrics;
  }

  /** The problems of a pass, whatever becomes of the status. */
  public void problems(Owner owner, HasMetadata about, List<Problem> problems) {
    Set<String> now =
        problems.stream().map(Problem::reason).collect(Collectors.toCollection(HashSet::new));
    Set<String> before = known.getOrDefault(owner, Set.of());
    problems.stream()
        .filter(problem -> !before.contains(problem.reason()))
        .forEach(
            problem -> {
              metrics.problem(owner.kind(), problem.reason());
              // Stalled makes the Event of an invalid spec; waiting is no news.
              if (problem instanceof Problem.Transient) {
                events.record(about, Transition.warning(problem.reason(), problem.message()));
              }
            });
    known.put(owner, now);
  }

  /** A status was written. */
  public void written(
      Owner owner, HasMetadata about, @Nullable Conditioned before, Conditioned after) {
    metrics.conditions(owner, after.conditions());
    Transitions.between(before, after).forEach(transition -> events.record(about, transition));
  }

  /** The status is as before; keeps the gauges right after a restart. */
  public void unchanged(Owner owner, Conditioned status) {
    metrics.conditions(owner, status.conditions());
  }

  /** Something happened that no status shows. */
  public void tell(HasMetadata about, Transition transition) {
    events.record(about, transition);
  }

  /** The object is gone. */
  public void forget(Owner owner) {
    known.remove(owner);
    metrics.forget(owner);
  }
}
