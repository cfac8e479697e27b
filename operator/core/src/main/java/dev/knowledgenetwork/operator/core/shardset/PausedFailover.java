package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.operation.Shard;

/**
 * A shard whose Patroni somebody paused, as one does to repair a database by hand. It is theirs to
 * end: resumed by us, it could start what they have just stopped. But as long as it lasts users
 * have no failover, and a pod that goes comes back without PostgreSQL, so it is told until it is
 * over.
 */
final class PausedFailover {

  private PausedFailover() {}

  /** What is to be told of one such shard that takes no writes, without the full stop. */
  static String standstill(ShardFacts shard) {
    return "%s takes no writes, and as its Patroni is paused no instance becomes primary, nor is one started"
        .formatted(shard.shard());
  }

  /** What is to be told of one such shard. */
  static Problem problem(Shard shard) {
    return new Problem.Stuck(
        ShardSetReason.FAILOVER_PAUSED,
        ("Patroni of shard %s is paused: nobody takes over if its primary fails, PostgreSQL that"
                + " ends is not started again, and no instance is replaced. Once the work by hand"
                + " is done, resume it: kubectl -n %s exec %s -c postgres -- patronictl -c"
                + " /etc/patroni resume.")
            .formatted(
                shard.name(),
                shard.blueprint().namespace(),
                shard.leader().orElseGet(() -> shard.instance(0))));
  }
}
