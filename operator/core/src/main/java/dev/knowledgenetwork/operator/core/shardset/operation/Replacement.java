package dev.knowledgenetwork.operator.core.shardset.operation;

import dev.knowledgenetwork.operator.core.operation.Step;
import dev.knowledgenetwork.operator.core.operation.Turn;
import dev.knowledgenetwork.operator.core.shardset.instance.ReplacePod;
import dev.knowledgenetwork.operator.core.workload.Readiness;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Replaces instances of a shard one at a time: what does not serve anyway first, then replicas, the
 * primary last and only after it handed over. As long as one that was replaced does not serve, none
 * follows: so a template that does not start never reaches an instance that matters.
 */
final class Replacement {

  private Replacement() {}

  /**
   * What is next.
   *
   * @param due whether an instance is yet to be replaced
   * @param step in which the operation stays until all are done
   */
  static Turn next(Shard shard, Predicate<Pod> due, Step step) {
    if (shard.isPaused()) {
      return Turn.at(
          step, "Waits until Patroni of %s is resumed, which is paused.".formatted(shard.name()));
    }
    List<Pod> pods = shard.pods();
    Optional<String> leader = shard.leader();
    List<Pod> open = pods.stream().filter(due).toList();
    Set<String> openNames = open.stream().map(Replacement::name).collect(Collectors.toSet());
    List<String> away = away(shard, pods, openNames);
    if (!away.isEmpty()) {
      return Turn.at(step, "Waits until %s serves.".formatted(String.join(", ", away)));
    }
    Optional<Pod> idle =
        open.stream()
            .filter(pod -> isIdle(shard, pod) && leader.filter(name(pod)::equals).isEmpty())
            .filter(pod -> leader.isPresent() || !mayLead(shard, pod, open.size()))
            .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
            .findFirst();
    if (idle.isPresent()) {
      return replace(shard, idle.get(), step);
    }
    List<String> behind = shard.behind();
    if (!behind.isEmpty()) {
      return Turn.at(
          step, "Waits until the primary is followed by %s.".formatted(String.join(", ", behind)));
    }
    if (open.isEmpty()) {
      return Turn.succeeded(step, "Every instance of %s was replaced.".formatted(shard.name()));
    }
    if (leader.isEmpty()) {
      return Turn.at(step, "Waits until the primary of %s is known.".formatted(shard.name()));
    }
    return serving(shard, open, leader.get(), step);
  }

  /** Nobody loses anything by its end: it does not serve, or may not take part in replication. */
  private static boolean isIdle(Shard shard, Pod pod) {
    return !Readiness.isReady(pod) || shard.isRevoked(pod);
  }

  /**
   * Whether it may be the primary while nobody says who is. One that the API server refuses is not;
   * it goes last all the same, because it was and has the newest data.
   */
  private static boolean mayLead(Shard shard, Pod pod, int open) {
    return shard.running() > 1 && Shard.isPrimary(pod) && !(shard.isRevoked(pod) && open == 1);
  }

  private static Turn serving(Shard shard, List<Pod> open, String leader, Step step) {
    Optional<Pod> replica =
        open.stream()
            .filter(pod -> !name(pod).equals(leader))
            .max(Comparator.comparing(Replacement::name));
    if (replica.isPresent()) {
      return replace(shard, replica.get(), step);
    }
    if (shard.running() == 1) {
      return replace(shard, open.getFirst(), step);
    }
    return shard
        .successor(name -> !name.equals(leader))
        .map(
            next ->
                Turn.at(step, "%s hands over from %s to %s.".formatted(shard.name(), leader, next))
                    .doing(shard.handOver(leader, next)))
        .orElseGet(() -> Turn.at(step, "Waits until an instance follows %s.".formatted(leader)));
  }

  /** Those that were replaced, or were never due, and do not serve yet; whoever is to go aside. */
  private static List<String> away(Shard shard, List<Pod> pods, Set<String> open) {
    Set<String> ready =
        pods.stream().filter(Readiness::isReady).map(Replacement::name).collect(Collectors.toSet());
    return shard.staying().stream()
        .filter(name -> !ready.contains(name))
        .filter(name -> !open.contains(name) || isGoing(pods, name))
        .toList();
  }

  private static boolean isGoing(List<Pod> pods, String name) {
    return pods.stream()
        .anyMatch(
            pod -> name(pod).equals(name) && pod.getMetadata().getDeletionTimestamp() != null);
  }

  private static Turn replace(Shard shard, Pod pod, Step step) {
    return Turn.at(step, "Replaces %s.".formatted(name(pod)))
        .doing(
            new ReplacePod(
                shard.target(), name(pod), pod.getMetadata().getUid(), Shard.isPrimary(pod)));
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getName();
  }
}
