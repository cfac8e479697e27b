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
import dev.knowledgenetwork.operator.core.workload.PodObstacle;
import dev.knowledgenetwork.operator.core.workload.Readiness;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
  private static final String YIELD = "Yield";

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
    return Set.of(HAND_OVER, REMOVE, YIELD);
  }

  @Override
  public Optional<Beginning> begin(Shard shard) {
    return shard.running() > wanted(shard)
        ? Optional.of(Beginning.unasked(Step.of(HAND_OVER)))
        : Optional.empty();
  }

  @Override
  public Set<Claim> claims(Target target, Step step) {
    return step.name().equals(YIELD) ? Set.of() : Set.of(Claim.exclusive(target));
  }

  @Override
  public boolean disturbs(Step step) {
    return true;
  }

  @Override
  public Turn next(Shard shard, Step step, Intent intent) {
    int running = shard.running();
    if (running <= wanted(shard)) {
      String message =
          "%s has as many instances as it is to have: %d.".formatted(shard.name(), running);
      // None has gone before its last step.
      return step.name().equals(REMOVE)
          ? Turn.succeeded(step, message)
          : Turn.withdrawn(step, message);
    }
    List<String> staying = shard.staying();
    Optional<String> leader = shard.leader();
    if (leader.isEmpty()) {
      // Not known to an operator that has just started: that is no step back.
      return kept(shard, step, "until its primary is known");
    }
    if (isContradicted(shard, leader.get())) {
      return kept(shard, Step.of(HAND_OVER), "until it is known which of them is the primary");
    }
    List<String> missed = missed(shard, leader.get());
    if (!missed.isEmpty()) {
      return kept(
          shard,
          Step.of(HAND_OVER),
          "until %s follows the primary".formatted(String.join(", ", missed)));
    }
    if (step.name().equals(YIELD)) {
      return Turn.at(Step.of(HAND_OVER), "%s may have fewer instances now.".formatted(shard.name()))
          .holding(all(shard));
    }
    if (staying.contains(leader.get())) {
      String message = "%s gets fewer instances.".formatted(shard.name());
      // Only in its own step nothing is held: while it waits for others, none goes.
      return step.name().equals(REMOVE)
          ? Turn.at(step, message)
          : Turn.at(Step.of(REMOVE), message).holding(all(shard));
    }
    return shard
        .successor(staying::contains)
        .map(
            next ->
                Turn.at(
                        Step.of(HAND_OVER),
                        "%s hands over from %s to %s before it has fewer instances."
                            .formatted(shard.name(), leader.get(), next))
                    .holding(all(shard))
                    .doing(shard.handOver(leader.get(), next)))
        .orElseGet(
            () ->
                kept(
                    shard, Step.of(HAND_OVER), "until one of those that stay follows the primary"));
  }

  /** Whether there are more instances than are to be, and nothing keeps those from going. */
  static boolean mayGo(Shard shard) {
    List<String> staying = shard.staying();
    return shard.running() > wanted(shard)
        && shard
            .leader()
            .filter(leader -> !isContradicted(shard, leader))
            .filter(leader -> missed(shard, leader).isEmpty())
            .filter(
                leader ->
                    staying.contains(leader) || shard.successor(staying::contains).isPresent())
            .isPresent();
  }

  /** What it waits for may need the change that is to be rolled. */
  private static Turn kept(Shard shard, Step at, String why) {
    boolean yields = shard.leader().isPresent() && Roll.isDue(shard);
    return Turn.at(
            yields ? Step.of(YIELD) : at,
            "%s keeps its %d instances %s.".formatted(shard.name(), shard.running(), why))
        .holding(all(shard));
  }

  private static Hold<Integer> all(Shard shard) {
    return new Hold<>(INSTANCES, shard.target(), shard.running());
  }

  /**
   * The replicas that stay, where none of them follows the primary while one follows that is to go:
   * nobody would be left to take over. One that finds no node is not waited for, because it may
   * need the place of those that go.
   */
  private static List<String> missed(Shard shard, String leader) {
    List<String> replicas = shard.staying().stream().filter(name -> !name.equals(leader)).toList();
    List<String> following = shard.following();
    if (replicas.isEmpty()
        || following.isEmpty()
        || replicas.stream().anyMatch(following::contains)) {
      return List.of();
    }
    List<String> homeless =
        shard.pods().stream()
            .filter(PodObstacle::isUnschedulable)
            .map(pod -> pod.getMetadata().getName())
            .toList();
    return replicas.stream().filter(name -> !homeless.contains(name)).toList();
  }

  /**
   * What Patroni told may be ten seconds old, what it writes on its pods is watched. One that went
   * down keeps that label for a while, and is not ready.
   */
  private static boolean isContradicted(Shard shard, String leader) {
    return IntStream.range(wanted(shard), shard.running())
        .mapToObj(shard::instance)
        .filter(name -> !name.equals(leader))
        .flatMap(name -> shard.observed().children().find(Pod.class, name).stream())
        .anyMatch(pod -> Shard.isPrimary(pod) && Readiness.isReady(pod));
  }

  private static int wanted(Shard shard) {
    return shard.blueprint().spec().instances();
  }
}
