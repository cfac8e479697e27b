package dev.knowledgenetwork.operator.core.cache.operation;

import dev.knowledgenetwork.operator.core.operation.Beginning;
import dev.knowledgenetwork.operator.core.operation.Claim;
import dev.knowledgenetwork.operator.core.operation.Intent;
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
 * instance first; then it is applied, and Kubernetes replaces the pod.
 */
public final class Roll implements Operation<Cache> {

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
    return due.id().equals(applied.id())
        ? Turn.withdrawn(step, "The change was taken back.")
        : cache
            .valkey()
            .trial(due, applied)
            .next(step, Trial.step(REPLACE, due), cache.observed().children());
  }

  private static Turn replaced(Cache cache, Step step, Recipe due, Recipe applied) {
    if (!Trial.isOf(step, due)) {
      return Turn.at(Step.of(TRY), "The spec changed again.")
          .holding(Trial.held(cache.valkey().target(), applied));
    }
    if (!due.id().equals(applied.id())) {
      return Turn.at(step, "The change is being applied.");
    }
    return cache.isReplaced()
        ? Turn.succeeded(step, "The pod of the cache was replaced.")
        : Turn.at(step, "The pod of the cache is being replaced.");
  }
}
