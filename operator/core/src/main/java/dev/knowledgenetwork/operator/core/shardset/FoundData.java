package dev.knowledgenetwork.operator.core.shardset;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.operation.Shard;
import java.util.Optional;

/**
 * A shard that is made over volumes that are there already, as after a ShardSet that was deleted
 * and kept its data. Who makes it again wants to know that nothing is begun anew.
 */
final class FoundData {

  private FoundData() {}

  /** What is to be told of a shard; empty unless it is about to be made over such volumes. */
  static Optional<Problem> of(Shard shard) {
    String claims =
        shard.volumes().claims().stream()
            .map(claim -> claim.getMetadata().getName())
            .collect(joining(", "));
    boolean found = shard.live().isEmpty() && shard.pods().isEmpty() && !claims.isEmpty();
    return Optional.<Problem>of(
            new Problem.WaitingFor(
                ShardSetReason.DATA_FOUND,
                "Shard %s goes on with the data in the volumes that are there already: %s."
                    .formatted(shard.name(), claims)))
        .filter(problem -> found);
  }
}
