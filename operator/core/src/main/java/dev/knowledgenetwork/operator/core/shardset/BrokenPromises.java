package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.identity.LoginsView;
import dev.knowledgenetwork.operator.core.shardset.operation.Shard;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import java.util.Optional;

/**
 * Rights and settings of users' logins that somebody took away or changed in SQL. They are put back
 * at once, whether or not a write is refused for it: what it breaks may show only under load.
 */
final class BrokenPromises {

  private BrokenPromises() {}

  /**
   * What is to be told of one shard that has a primary.
   *
   * @param epoch that its database must have: what is yet to be prepared was changed by nobody
   */
  static Optional<Problem> problem(Shard shard, long epoch) {
    return shard
        .observed()
        .facts()
        .of(DatabaseView.FACT, shard.target())
        .filter(view -> shard.leader().isPresent() && !isLockedOut(shard))
        .filter(view -> ShardSetPlanner.prepared(view, epoch) && !view.broken().isEmpty())
        .map(
            view ->
                new Problem.WaitingFor(
                    ShardSetReason.RIGHTS_RESTORED,
                    "Rights or settings of %s were changed by hand, and are put back: %s."
                        .formatted(shard.name(), String.join("; ", view.broken()))));
  }

  private static boolean isLockedOut(Shard shard) {
    return LoginsView.isLockedOut(shard.blueprint().set(), shard.name(), shard.observed());
  }
}
