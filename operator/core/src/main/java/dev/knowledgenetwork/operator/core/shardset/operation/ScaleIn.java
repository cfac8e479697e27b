package dev.knowledgenetwork.operator.core.shardset.operation;

import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.observe.ShardSetObserved;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How many instances a shard has now, on the way to fewer. Kubernetes takes away the highest
 * ordinals, whoever leads: so an instance that stays leads first, by a switchover that loses
 * nothing, and until then none goes.
 *
 * @param instances for the StatefulSet, and for what depends on how many there are
 * @param action the switchover, where one is due
 * @param problem why fewer instances have to wait; empty where nothing waits
 */
public record ScaleIn(int instances, Optional<Action> action, Optional<Problem> problem) {

  /** What is due for one shard now; a shard that does not shrink waits for nothing. */
  public static ScaleIn of(Blueprint blueprint, ShardSetObserved observed, String shard) {
    int wanted = blueprint.spec().instances();
    int running =
        observed
            .children()
            .find(StatefulSet.class, blueprint.shardName(shard))
            .map(live -> live.getSpec().getReplicas())
            .orElse(wanted);
    if (running <= wanted) {
      return new ScaleIn(wanted, Optional.empty(), Optional.empty());
    }
    List<String> staying =
        IntStream.range(0, wanted)
            .mapToObj(ordinal -> Names.instance(blueprint.name(), shard, ordinal))
            .toList();
    PatroniView view = observed.patroni().get(shard);
    Optional<Member> leader = view == null ? Optional.empty() : view.leader();
    if (leader.isEmpty()) {
      return waiting(
          running,
          Optional.empty(),
          "%s keeps its %d instances until its primary is known.".formatted(shard, running));
    }
    String primary = leader.get().name();
    if (staying.contains(primary)) {
      return new ScaleIn(wanted, Optional.empty(), Optional.empty());
    }
    Optional<String> successor =
        view.members().stream()
            .filter(member -> staying.contains(member.name()))
            .filter(member -> member.state().equals("streaming"))
            .min(Comparator.comparing(ScaleIn::preference).thenComparing(Member::name))
            .map(Member::name);
    return waiting(
        running,
        successor.map(
            next ->
                new Action.Switchover(
                    blueprint.namespace(), blueprint.name(), shard, primary, next)),
        successor
            .map(
                next ->
                    "%s hands over from %s to %s before it has fewer instances."
                        .formatted(shard, primary, next))
            .orElseGet(
                () ->
                    "%s keeps its %d instances: none of those that stay follows the primary yet."
                        .formatted(shard, running)));
  }

  /** With synchronous replication Patroni hands over only to a synchronous instance. */
  private static int preference(Member member) {
    return member.role().equals("replica") ? 1 : 0;
  }

  private static ScaleIn waiting(int running, Optional<Action> action, String message) {
    return new ScaleIn(
        running,
        action,
        Optional.of(new Problem.WaitingFor(ShardSetReason.SCALING.text(), message)));
  }
}
