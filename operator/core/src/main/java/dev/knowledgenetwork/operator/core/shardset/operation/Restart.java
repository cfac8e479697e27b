package dev.knowledgenetwork.operator.core.shardset.operation;

import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.operation.Beginning;
import dev.knowledgenetwork.operator.core.operation.Claim;
import dev.knowledgenetwork.operator.core.operation.Intent;
import dev.knowledgenetwork.operator.core.operation.Operation;
import dev.knowledgenetwork.operator.core.operation.Rank;
import dev.knowledgenetwork.operator.core.operation.Step;
import dev.knowledgenetwork.operator.core.operation.Turn;
import dev.knowledgenetwork.operator.core.plan.Target;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Restarts every instance of a shard, because somebody asks for it by annotation: replicas first,
 * the primary after it handed over. With one instance, writes pause while it restarts.
 */
public final class Restart implements Operation<Shard> {

  private static final String REPLACE = "Replace";
  private static final String YIELD = "Yield";

  /** Uids of the pods that were there when it began, which are the ones to be replaced. */
  private static final String PODS = "pods";

  @Override
  public String type() {
    return "Restart";
  }

  @Override
  public Optional<String> annotation() {
    return Optional.of(Annotations.RESTART);
  }

  @Override
  public Rank rank() {
    return Rank.ROLL;
  }

  @Override
  public Set<String> steps() {
    return Set.of(REPLACE, YIELD);
  }

  @Override
  public Optional<Beginning> begin(Shard shard) {
    String pods =
        shard.pods().stream()
            .map(pod -> pod.getMetadata().getUid())
            .collect(Collectors.joining(","));
    return shard
        .request(Annotations.RESTART)
        .map(request -> new Beginning(request.id(), Step.of(REPLACE).with(PODS, pods)));
  }

  @Override
  public Set<Claim> claims(Target target, Step step) {
    return step.name().equals(YIELD)
        ? Set.of()
        : Set.of(Claim.exclusive(target), Roll.turnIn(target));
  }

  @Override
  public boolean disturbs(Step step) {
    return true;
  }

  @Override
  public Turn next(Shard shard, Step step, Intent intent) {
    if (intent == Intent.ABORT) {
      return Turn.withdrawn(step, "Given up as asked for; what was replaced stays.");
    }
    if (Roll.isDue(shard) && !shard.isWhole()) {
      return Roll.awaited(shard, new Step(YIELD, step.data()));
    }
    if (step.name().equals(YIELD)) {
      return Turn.at(new Step(REPLACE, step.data()), "Goes on with %s.".formatted(shard.name()));
    }
    Set<String> before = Set.of(step.get(PODS).orElse("").split(","));
    return Replacement.next(shard, pod -> before.contains(pod.getMetadata().getUid()), step);
  }
}
