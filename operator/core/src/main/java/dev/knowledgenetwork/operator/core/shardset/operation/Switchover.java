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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;

/** Makes another instance the primary of a shard, because somebody asks for it by annotation. */
public final class Switchover implements Operation<Shard> {

  private static final String CHOOSE = "Choose";
  private static final String HAND_OVER = "HandOver";
  private static final String YIELD = "Yield";
  private static final String FROM = "from";
  private static final String TO = "to";
  private static final String UNTIL = "until";

  /** Longer than any action may take. */
  private static final Duration IN_FLIGHT = Duration.ofSeconds(30);

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
    return Set.of(CHOOSE, HAND_OVER, YIELD);
  }

  @Override
  public Optional<Beginning> begin(Shard shard) {
    return shard
        .request(Annotations.SWITCHOVER)
        .map(request -> new Beginning(request.id(), Step.of(CHOOSE)));
  }

  @Override
  public Set<Claim> claims(Target target, Step step) {
    return step.name().equals(YIELD) ? Set.of() : Set.of(Claim.exclusive(target));
  }

  /** Also while another is chosen: what Patroni was asked for before may be coming about. */
  @Override
  public boolean disturbs(Step step) {
    return step.name().equals(HAND_OVER)
        || step.name().equals(CHOOSE) && step.get(FROM).isPresent();
  }

  @Override
  public Turn next(Shard shard, Step step, Intent intent) {
    // From the first time that Patroni was asked on: whatever else is seen since, what it was asked
    // for may come about, and then the request is met.
    Optional<String> from = step.get(FROM);
    Optional<String> leader = shard.leader();
    if (from.isPresent() && leader.filter(primary -> !primary.equals(from.get())).isPresent()) {
      return done(shard, from.get(), leader.get(), intent);
    }
    if (from.isPresent() && intent == Intent.ABORT) {
      return abort(shard, step, leader.orElseGet(from::get));
    }
    if (step.name().equals(YIELD)) {
      boolean waits = intent != Intent.ABORT && Roll.isDue(shard) && candidate(shard).isEmpty();
      return waits
          ? Roll.awaited(shard, step)
          : choose(shard, new Step(CHOOSE, step.data()), intent);
    }
    if (step.name().equals(CHOOSE)) {
      return choose(shard, step, intent);
    }
    return handOver(shard, step, leader);
  }

  private static Turn done(Shard shard, String from, String leader, Intent intent) {
    Step step = Step.of(HAND_OVER).with(FROM, from).with(TO, leader);
    String done = "%s is led by %s, before by %s.".formatted(shard.name(), leader, from);
    // The old primary starts again to follow: until then one instance less would be there.
    return shard.isWhole() || intent == Intent.ABORT || Roll.isDue(shard)
        ? Turn.succeeded(step, done)
        : Turn.at(step, done + " It ends when every instance follows.");
  }

  private static Turn handOver(Shard shard, Step step, Optional<String> leader) {
    String from = step.get(FROM).orElse("");
    String to = step.get(TO).orElse("");
    Turn turn = Turn.at(step, "%s hands over from %s to %s.".formatted(shard.name(), from, to));
    if (leader.isEmpty()) {
      return turn;
    }
    if (shard.successor(to::equals).isEmpty()) {
      return Turn.at(Step.of(CHOOSE).with(FROM, from), "%s follows no longer.".formatted(to));
    }
    return turn.doing(shard.handOver(from, to));
  }

  private static Optional<String> candidate(Shard shard) {
    return shard.leader().flatMap(leader -> shard.successor(name -> !name.equals(leader)));
  }

  /** What Patroni was asked for may still come about, and nobody can take it back. */
  private static Turn abort(Shard shard, Step step, String leader) {
    Instant now = shard.observed().now();
    Instant until = step.get(UNTIL).map(Instant::parse).orElseGet(() -> now.plus(IN_FLIGHT));
    return now.isBefore(until)
        ? Turn.at(
            step.with(UNTIL, until.toString()),
            "Is being given up: Patroni may still do what it was asked for, until %s."
                .formatted(until.truncatedTo(ChronoUnit.SECONDS)))
        : Turn.withdrawn(step, "Given up as asked for; %s leads.".formatted(leader));
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
    Optional<String> next = candidate(shard);
    if (next.isPresent()) {
      return Turn.at(
          Step.of(HAND_OVER).with(FROM, shard.leader().orElseThrow()).with(TO, next.get()),
          "%s is to lead.".formatted(next.get()));
    }
    if (Roll.isDue(shard)) {
      return Roll.awaited(shard, new Step(YIELD, step.data()));
    }
    return Turn.at(
        step,
        shard
            .leader()
            .map(
                leader ->
                    "Waits until an instance of %s follows its primary %s."
                        .formatted(shard.name(), leader))
            .orElseGet(() -> "Waits until the primary of %s is known.".formatted(shard.name())));
  }
}
