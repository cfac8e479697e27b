package dev.knowledgenetwork.operator.core.shardset;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.identity.ClusterIdentity;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardStatefulSet;
import dev.knowledgenetwork.operator.core.shardset.operation.Shard;
import dev.knowledgenetwork.operator.core.shardset.patroni.BeginAnew;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * A shard of which the first start was broken off. One instance wins the right to make the
 * database, which Patroni remembers without a value until it is made; where that instance is killed
 * meanwhile, nobody ever takes that back, and all wait for a leader that cannot come.
 *
 * <p>While nothing but that mark stands in the way the operator takes it away: it names no
 * database, every instance says that it has none, and Patroni writes to no volume that has files.
 * Files that are no database, left by the one that was killed, only a person may delete.
 */
final class InterruptedStart {

  /** Longer than Patroni takes to begin, and to tell that it has. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Shard shard;
  private final String memory;
  private final boolean remembered;

  private InterruptedStart(Shard shard, String memory, boolean remembered) {
    this.shard = shard;
    this.memory = memory;
    this.remembered = remembered;
  }

  /** Empty unless every instance has been waiting for a while, and none has or had a database. */
  static Optional<InterruptedStart> of(Shard shard) {
    Children children = shard.observed().children();
    String memory = Names.patroniMemory(shard.blueprint().name(), shard.name()).getFirst();
    Optional<String> identifier = ClusterIdentity.initialized(memory, children);
    boolean interrupted =
        identifier.filter(known -> !known.isEmpty()).isEmpty()
            && shard.leader().isEmpty()
            && shard.instances().stream().allMatch(shard::isUninitialized)
            && shard.isToldFor(PATIENCE)
            && begun(memory, children)
                .filter(since -> since.plus(PATIENCE).isAfter(shard.observed().now()))
                .isEmpty();
    return Optional.of(new InterruptedStart(shard, memory, identifier.isPresent()))
        .filter(found -> interrupted);
  }

  /** What is to be told. */
  Problem problem() {
    if (remembered) {
      return new Problem.WaitingFor(
          ShardSetReason.START_INTERRUPTED,
          "The first start of shard %s was broken off before it had a database. It is begun anew."
              .formatted(shard.name()));
    }
    List<String> instances = shard.instances();
    return new Problem.Stuck(
        ShardSetReason.START_INTERRUPTED,
        ("The first start of shard %s was broken off, and left files in its volumes that are no"
                + " database. Nothing was ever written to it. Begin it anew with empty volumes:"
                + " kubectl -n %s delete %s %s.")
            .formatted(
                shard.name(),
                shard.blueprint().namespace(),
                instances.stream()
                    .map(ShardStatefulSet::claim)
                    .map("pvc/%s"::formatted)
                    .collect(joining(" ")),
                instances.stream().map("pod/%s"::formatted).collect(joining(" "))));
  }

  /** What the operator does about it. */
  Optional<Action> action() {
    return Optional.<Action>of(new BeginAnew(shard.target(), memory)).filter(each -> remembered);
  }

  /** When it was begun anew last. */
  private static Optional<Instant> begun(String memory, Children children) {
    return children
        .find(Endpoints.class, memory)
        .map(HasMetadata::getMetadata)
        .map(metadata -> metadata.getAnnotations())
        .map(annotations -> annotations.get(Annotations.BEGUN_ANEW))
        .flatMap(InterruptedStart::time);
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException byHand) {
      return Optional.empty();
    }
  }
}
