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

/** Makes another instance the primary of a shard, because somebody asks for it by annotation. */
public final class Switchover implements Operation<Shard> {

  private static final String CHOOSE = "Choose";
  private static final String HAND_OVER = "HandOver";
  private static final String FROM = "from";
  private static final String TO = "to";

  @Override
  public String type() {
    return "Switchover";
  }

  @Override
  public Optional<String> annotation() {
    return Optional.of(Annotations.SWITCHOVER);
  }

  @Override
  public Rank rank() {
    return Rank.SWITCHOVER;
  }

  @Override
  public Set<String> steps() {
    return Set.of(CHOOSE, HAND_OVER);
  }

  @Override
  public Optional<Beginning> begin(Shard shard) {
    return shard
        .request(Annotations.SWITCHOVER)
        .map(request -> new Beginning(request.id(), Step.of(CHOOSE)));
  }

  @Override
  public Set<Claim> claims(Target target, Step step) {
    return Set.of(Claim.exclusive(target));
  }

  @Override
  public boolean disturbs(Step step) {
    return step.name().equals(HAND_OVER);
  }

  @Override
  public Turn next(Shard shard, Step step, Intent intent) {
    if (step.name().equals(CHOOSE)) {
      return choose(shard, step, intent);
    }
    String from = step.get(FROM).orElse("");
    String to = step.get(TO).orElse("");
    Optional<String> leader = shard.leader();
    if (leader.filter(primary -> !primary.equals(from)).isPresent()) {
      String done = "%s is led by %s, before by %s.".formatted(shard.name(), leader.get(), from);
      // The old primary starts again to follow: until then one instance less would be there.
      return shard.isWhole() || intent == Intent.ABORT
          ? Turn.succeeded(step, done)
          : Turn.at(step, done + " It ends when every instance follows.");
    }
    if (intent == Intent.ABORT) {
      return Turn.withdrawn(
          step, "Given up as asked for; %s leads.".formatted(leader.orElse(from)));
    }
    Turn turn = Turn.at(step, "%s hands over from %s to %s.".formatted(shard.name(), from, to));
    if (leader.isEmpty()) {
      return turn;
    }
    if (shard.successor(to::equals).isEmpty()) {
      return Turn.at(Step.of(CHOOSE), "%s follows no longer.".formatted(to));
    }
    return turn.doing(shard.handOver(from, to));
  }

  private static Turn choose(Shard shard, Step step, Intent intent) {
    if (shard.running() < 2) {
      return Turn.failed(
          step,
          "%s has one instance only: there is nobody to hand over to. Raise spec.instances first."
              .formatted(shard.name()));
    }
    if (intent == Intent.ABORT) {
      return Turn.withdrawn(step, "Given up as asked for, before anything was done.");
    }
    Optional<String> leader = shard.leader();
    if (leader.isEmpty()) {
      return Turn.at(step, "Waits until the primary of %s is known.".formatted(shard.name()));
    }
    return shard
        .successor(name -> !name.equals(leader.get()))
        .map(
            next ->
                Turn.at(
                    Step.of(HAND_OVER).with(FROM, leader.get()).with(TO, next),
                    "%s is to lead.".formatted(next)))
        .orElseGet(
            () ->
                Turn.at(
                    step,
                    "Waits until an instance of %s follows its primary %s."
                        .formatted(shard.name(), leader.get())));
  }
}
