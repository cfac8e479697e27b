package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.operation.Shard;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A shard of which the instance with the newest data has lost its volume, while those that have one
 * lack what was written last: Patroni makes none of them the primary. Nobody but a person may say
 * that what they lack is to be given up.
 */
final class OutdatedSurvivors {

  /** Longer than an election takes. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private OutdatedSurvivors() {}

  /** What is to be told of a shard; empty while somebody leads or may be about to. */
  static Optional<Problem> of(Shard shard) {
    List<String> running = named(shard, Member::running);
    List<String> empty = named(shard, Member::uninitialized);
    List<String> silent =
        shard.instances().stream()
            .filter(name -> !running.contains(name) && !empty.contains(name))
            .toList();
    boolean stuck =
        shard.leader().isEmpty()
            && !running.isEmpty()
            && running.size() < shard.instances().size()
            && !shard.isPaused()
            && shard.isToldFor(PATIENCE);
    if (!stuck) {
      return Optional.empty();
    }
    return Optional.of(
        silent.isEmpty() ? gone(shard, running, empty) : away(shard, running, silent));
  }

  private static List<String> named(Shard shard, Predicate<Member> such) {
    return shard.patroni().stream()
        .flatMap(view -> view.members().stream())
        .filter(such)
        .map(Member::name)
        .toList();
  }

  private static Problem gone(Shard shard, List<String> running, List<String> empty) {
    return new Problem.Stuck(
        ShardSetReason.DATA_LOST,
        ("What was written last to shard %1$s is gone: %2$s had it and has an empty volume now; %3$s"
                + " lacks it, so Patroni does not make it the primary. Bring the volume of %2$s back,"
                + " or go on with what %3$s has: %4$s.")
            .formatted(
                shard.name(), String.join(", ", empty), String.join(", ", running), goOn(shard)));
  }

  private static Problem away(Shard shard, List<String> running, List<String> silent) {
    return new Problem.Stuck(
        ShardSetReason.LAST_WRITES_AWAY,
        ("What was written last to shard %1$s is where nobody reaches it: %2$s is away; %3$s lacks"
                + " it, so Patroni does not make it the primary. Bring %2$s back. Only if its node and"
                + " its volume are gone for good, give that up and go on with what %3$s has: %4$s.")
            .formatted(
                shard.name(), String.join(", ", silent), String.join(", ", running), goOn(shard)));
  }

  private static String goOn(Shard shard) {
    return "kubectl -n %1$s annotate endpoints %2$s-config history-, then kubectl -n %1$s annotate endpoints %2$s optime- failsafe-"
        .formatted(
            shard.blueprint().namespace(), Names.shard(shard.blueprint().name(), shard.name()));
  }
}
