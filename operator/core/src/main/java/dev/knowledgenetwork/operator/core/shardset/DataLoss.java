package dev.knowledgenetwork.operator.core.shardset;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.identity.ClusterIdentity;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardStatefulSet;
import dev.knowledgenetwork.operator.core.shardset.operation.Shard;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A shard that had data, of which no instance has a database in its volume any more. Patroni waits
 * then for a leader that cannot come, rather than begin a new database, and so does the operator:
 * only a person may say that the data is to be given up.
 *
 * <p>It takes the word of every instance: one that does not answer, for want of a node for example,
 * may have all of it. Times of claims prove nothing, for a claim that was made anew may have been
 * filled from a backup; they are told only.
 */
final class DataLoss {

  private static final String LOST = "Lost";

  private DataLoss() {}

  /** What is to be told of a shard; empty unless its data is gone. */
  static Optional<Problem> of(Shard shard) {
    Children children = shard.observed().children();
    String name = shard.blueprint().name();
    List<String> memory = Names.patroniMemory(name, shard.name());
    List<String> instances = shard.instances();
    boolean gone =
        ClusterIdentity.initialized(memory.getFirst(), children)
                .filter(identifier -> !identifier.isEmpty())
                .isPresent()
            && shard.leader().isEmpty()
            && !isBeginning(shard, memory.getFirst())
            && instances.stream().allMatch(instance -> isEmpty(shard, instance));
    if (!gone) {
      return Optional.empty();
    }
    String namespace = shard.blueprint().namespace();
    String claims =
        instances.stream()
            .map(ShardStatefulSet::claim)
            .flatMap(claim -> children.find(PersistentVolumeClaim.class, claim).stream())
            .map(DataLoss::made)
            .collect(joining(", "));
    return Optional.of(
        new Problem.Stuck(
            ShardSetReason.DATA_LOST,
            ("The data of shard %s is gone: no volume of it has a database, and it had one (%s)."
                    + " Restore the claims, with their labels, from a backup. They can take the place"
                    + " of those that are empty while nobody makes these anew: kubectl -n %s annotate"
                    + " shs %s %s=true, then kubectl -n %s scale statefulset %s --replicas=0; take"
                    + " both back afterwards. Or begin with an empty shard: kubectl -n %s delete"
                    + " endpoints %s.")
                .formatted(
                    shard.name(),
                    Stream.of(begun(children, memory.getFirst()), claims)
                        .filter(text -> !text.isEmpty())
                        .collect(joining("; ")),
                    namespace,
                    name,
                    Annotations.PAUSED,
                    namespace,
                    Names.shard(name, shard.name()),
                    namespace,
                    String.join(" ", memory))));
  }

  /**
   * Whether the shard was begun after its instances said that they are empty: what they said is of
   * the time before, and the first of them has a database meanwhile.
   */
  private static boolean isBeginning(Shard shard, String memory) {
    Optional<Instant> said = shard.observed().facts().since(PatroniView.FACT, shard.target());
    return shard
        .observed()
        .children()
        .find(Endpoints.class, memory)
        .map(live -> Instant.parse(live.getMetadata().getCreationTimestamp()))
        .filter(begun -> said.filter(begun::isAfter).isPresent())
        .isPresent();
  }

  private static boolean isEmpty(Shard shard, String instance) {
    return shard.isUninitialized(instance)
        || shard
            .observed()
            .children()
            .find(PersistentVolumeClaim.class, ShardStatefulSet.claim(instance))
            .filter(DataLoss::hasLostItsVolume)
            .isPresent();
  }

  private static boolean hasLostItsVolume(PersistentVolumeClaim claim) {
    return claim.getStatus() != null && LOST.equals(claim.getStatus().getPhase());
  }

  private static String begun(Children children, String memory) {
    return children
        .find(Endpoints.class, memory)
        .map(live -> live.getMetadata().getCreationTimestamp())
        .map("the shard was made at %s"::formatted)
        .orElse("");
  }

  private static String made(PersistentVolumeClaim claim) {
    String name = claim.getMetadata().getName();
    return hasLostItsVolume(claim)
        ? "the volume of claim %s was deleted".formatted(name)
        : "claim %s at %s".formatted(name, claim.getMetadata().getCreationTimestamp());
  }
}
