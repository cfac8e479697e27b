package dev.knowledgenetwork.operator.core.shardset.operation;

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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Fewer instances. Kubernetes takes away the highest ordinals, whoever leads: so an instance that
 * stays leads first, by a switchover that loses nothing, and until then none goes.
 */
public final class ScaleIn implements Operation<Shard> {

  /** How many instances a shard keeps, and what depends on how many there are. */
  public static final Knob<Integer> INSTANCES = new Knob<>("instances", Integer.class, Math::max);

  private static final String HAND_OVER = "HandOver";
  private static final String REMOVE = "Remove";

  @Override
  public String type() {
    return "ScaleIn";
  }

  @Override
  public Rank rank() {
    return Rank.SCALE_IN;
  }

  @Override
  public Set<String> steps() {
    return Set.of(HAND_OVER, REMOVE);
  }

  @Override
  public Optional<Beginning> begin(Shard shard) {
    return shard.running() > wanted(shard)
        ? Optional.of(Beginning.unasked(Step.of(HAND_OVER)))
        : Optional.empty();
  }

  @Override
  public Set<Claim> claims(Target target, Step step) {
    return Set.of(Claim.exclusive(target));
  }

  @Override
  public boolean disturbs(Step step) {
    return true;
  }

  @Override
  public Turn next(Shard shard, Step step, Intent intent) {
    int running = shard.running();
    if (running <= wanted(shard)) {
      return Turn.succeeded(step, "%s has %d instances.".formatted(shard.name(), running));
    }
    Set<String> staying =
        IntStream.range(0, wanted(shard)).mapToObj(shard::instance).collect(Collectors.toSet());
    Optional<String> leader = shard.leader();
    Hold<Integer> all = new Hold<>(INSTANCES, shard.target(), running);
    if (leader.filter(staying::contains).isPresent()) {
      String message = "%s gets fewer instances.".formatted(shard.name());
      // Only in its own step nothing is held: while it waits for others, none goes.
      return step.name().equals(REMOVE)
          ? Turn.at(step, message)
          : Turn.at(Step.of(REMOVE), message).holding(all);
    }
    Step handOver = Step.of(HAND_OVER);
    if (leader.isEmpty()) {
      return Turn.at(
              handOver,
              "%s keeps its %d instances until its primary is known."
                  .formatted(shard.name(), running))
          .holding(all);
    }
    return shard
        .successor(staying::contains)
        .map(
            next ->
                Turn.at(
                        handOver,
                        "%s hands over from %s to %s before it has fewer instances."
                            .formatted(shard.name(), leader.get(), next))
                    .holding(all)
                    .doing(shard.handOver(leader.get(), next)))
        .orElseGet(
            () ->
                Turn.at(
                        handOver,
                        "%s keeps its %d instances: none of those that stay follows the primary yet."
                            .formatted(shard.name(), running))
                    .holding(all));
  }

  private static int wanted(Shard shard) {
    return shard.blueprint().spec().instances();
  }
}
