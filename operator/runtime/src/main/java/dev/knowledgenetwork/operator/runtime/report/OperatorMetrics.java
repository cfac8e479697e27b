package dev.knowledgenetwork.operator.runtime.report;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.plan.Reason;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The operator's own meters. Labels are bounded: kinds, verbs, outcomes, condition types and names
 * of actions; never names of objects.
 */
public final class OperatorMetrics {

  private final MeterRegistry registry;
  private final Map<Owner, Set<String>> trueConditions = new ConcurrentHashMap<>();
  private final Set<String> gauges = ConcurrentHashMap.newKeySet();

  /** Registers in that registry, lazily. */
  public OperatorMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (OwnerKind kind : OwnerKind.values()) {
      Gauge.builder("kn.operator.objects", trueConditions, all -> count(all, kind))
          .description("Objects that the operator looks after")
          .tag("kind", kind.kind())
          .register(registry);
    }
  }

  private static double count(Map<Owner, Set<String>> all, OwnerKind kind) {
    return all.keySet().stream().filter(owner -> owner.kind() == kind).count();
  }

  /**
   * A reconciliation ended: {@code changed}, {@code settled}, {@code waiting}, {@code failed}...
   */
  public void reconciled(OwnerKind kind, String outcome, Duration took) {
    Timer.builder("kn.operator.reconciliations")
        .description("Reconciliations and how long they took")
        .tag("kind", kind.kind())
        .tag("outcome", outcome)
        .publishPercentileHistogram(false)
        .register(registry)
        .record(took);
  }

  /** A request that changes something went to the API server. */
  public void apiWrite(String verb, String resource) {
    Counter.builder("kn.operator.api.writes")
        .description("Write requests to the API server")
        .tag("verb", verb)
        .tag("resource", resource)
        .register(registry)
        .increment();
  }

  /** A problem was met, by its reason, of which there are not many. */
  public void problem(OwnerKind kind, Reason reason) {
    Counter.builder("kn.operator.problems")
        .description("Problems met by reconciliations")
        .tag("kind", kind.kind())
        .tag("reason", reason.text())
        .register(registry)
        .increment();
  }

  /** An action ended. */
  public void action(String name, boolean success, Duration took) {
    Timer.builder("kn.operator.actions")
        .description("Work outside the Kubernetes API")
        .tag("action", name)
        .tag("outcome", success ? "success" : "failure")
        .register(registry)
        .record(took);
  }

  /** A target did not answer a poller. */
  public void pollFailed(String poller) {
    Counter.builder("kn.operator.poll.failures")
        .description("Questions to databases and caches that got no answer")
        .tag("poller", poller)
        .register(registry)
        .increment();
  }

  /** The conditions that an object has now. */
  public void conditions(Owner owner, List<Condition> conditions) {
    conditions.forEach(condition -> gauge(owner.kind(), condition.type()));
    trueConditions.put(
        owner,
        conditions.stream()
            .filter(condition -> condition.status() == ConditionStatus.TRUE)
            .map(Condition::type)
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** The object is gone. */
  public void forget(Owner owner) {
    trueConditions.remove(owner);
  }

  private void gauge(OwnerKind kind, String type) {
    if (gauges.add(kind + "/" + type)) {
      Gauge.builder("kn.operator.conditions", trueConditions, all -> count(all, kind, type))
          .description("Objects whose condition is True")
          .tag("kind", kind.kind())
          .tag("condition", type)
          .register(registry);
    }
  }

  private static double count(Map<Owner, Set<String>> all, OwnerKind kind, String type) {
    return all.entrySet().stream()
        .filter(entry -> entry.getKey().kind() == kind && entry.getValue().contains(type))
        .count();
  }
}
