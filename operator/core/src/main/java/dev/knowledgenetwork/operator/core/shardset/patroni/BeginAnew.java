package dev.knowledgenetwork.operator.core.shardset.patroni;

import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Target;

/**
 * Lets Patroni begin a shard's first database again, after an instance that was about to ended
 * before it had one. Precondition: what Patroni remembers names no database.
 *
 * @param endpoints in which Patroni keeps its configuration
 */
public record BeginAnew(Target shard, String endpoints) implements Action {

  @Override
  public Target target() {
    return shard.part(shard.part() + "/begin");
  }
}
