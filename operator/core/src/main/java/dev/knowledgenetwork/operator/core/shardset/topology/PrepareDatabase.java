package dev.knowledgenetwork.operator.core.shardset.topology;

import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Target;

/**
 * Makes roles, database, schema {@code kn} and the first topology of a shard, or brings them up to
 * date. Precondition: the shard has a primary that accepts connections.
 *
 * @param shard of which ShardSet, from whose name those of the Secrets follow
 * @param clusterId identity that the database must have or is given
 * @param topology the topology document as JSON
 */
public record PrepareDatabase(Target shard, String clusterId, String topology) implements Action {

  @Override
  public Target target() {
    return shard.part(shard.part() + "/database");
  }
}
