package dev.knowledgenetwork.operator.core.cache.operation;

import dev.knowledgenetwork.operator.core.operation.Beginning;
import dev.knowledgenetwork.operator.core.operation.Claim;
import dev.knowledgenetwork.operator.core.operation.Hold;
import dev.knowledgenetwork.operator.core.operation.Intent;
import dev.knowledgenetwork.operator.core.operation.Knob;
import dev.knowledgenetwork.operator.core.operation.Operation;
import dev.knowledgenetwork.operator.core.operation.Rank;
import dev.knowledgenetwork.operator.core.operation.Step;
import dev.knowledgenetwork.operator.core.operation.Turn;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.trial.Trial;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import java.util.Optional;
import java.util.Set;

/**
 * Brings a new recipe to the pod of a cache, which is the only one. It is tried in a throw-away
 * instance first; then it is applied, and Kubernetes is allowed to replace the pod, which it is not
 * otherwise, whoever changes the template.
 */
public final class Roll implements Operation<Cache> {

  /** That Kubernetes may replace the pod. */
  public static final Knob<Boolean> REPLACEABLE =
      new Knob<>("replaceable", Boolean.class, Boolean::logicalOr);

  private static final String TRY = "Try";
  private static final String REPLACE = "Replace";

  @Override
  public String type() {
    return "Roll";
  }

  @Override
  public Rank rank() {
    return Rank.ROLL;
  }

  @Override
  public Set<String> steps() {
    return Set.of(TRY, REPLACE);
  }

  @Override
  public Optional<Beginning> begin(Cache cache) {
    return cache
        .applied()
        .filter(last -> !last.id().equals(cache.update().recipe().id()))
        .map(last -> Beginning.unasked(Step.of(TRY)));
  }

  @Override
  public Set<Claim> claims(Target target, Step step) {
    return Set.of(Claim.exclusive(target));
  }

  @Override
  public boolean disturbs(Step step) {
    return step.name().equals(REPLACE);
  }

  @Override
  public Turn next(Cache cache, Step step, Intent intent) {
    Recipe due = cache.update().recipe();
    Optional<Recipe> applied = cache.applied();
    if (applied.isEmpty()) {
      return Turn.succeeded(step, "The cache is made anew.");
    }
    return step.name().equals(TRY)
        ? tried(cache, step, due, applied.get())
        : replaced(cache, step, due, applied.get());
  }

  private static Turn tried(Cache cache, Step step, Recipe due, Recipe applied) {
    if (!due.id().equals(applied.id())) {
      return cache
          .valkey()
          .trial(due, applied)
          .next(step, Trial.step(REPLACE, due), cache.observed().children());
    }
    // What was applied before this one was wanted may not have reached the pod.
    return cache.isReplaced()
        ? Turn.withdrawn(step, "The change was taken back.")
        : replacing(cache, Trial.step(REPLACE, due), "The pod of the cache gets what was applied.");
  }

  private static Turn replaced(Cache cache, Step step, Recipe due, Recipe applied) {
    if (!Trial.isOf(step, due)) {
      return Turn.at(Step.of(TRY), "The spec changed again.")
          .holding(Trial.held(cache.valkey().target(), applied));
    }
    if (!due.id().equals(applied.id())) {
      return replacing(cache, step, "The change is being applied.");
    }
    return cache.isReplaced()
        ? Turn.succeeded(step, "The pod of the cache was replaced.")
        : replacing(cache, step, "The pod of the cache is being replaced.");
  }

  private static Turn replacing(Cache cache, Step step, String message) {
    return Turn.at(step, message)
        .holding(new Hold<>(REPLACEABLE, cache.valkey().target(), Boolean.TRUE));
  }
}
