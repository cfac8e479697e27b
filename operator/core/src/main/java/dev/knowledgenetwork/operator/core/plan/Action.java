package dev.knowledgenetwork.operator.core.plan;

import java.util.Map;

/**
 * Work outside the Kubernetes API. Every action is idempotent and names its target; at most one
 * action runs for a target at a time. Its result is not returned: it is observed on the next pass.
 */
public sealed interface Action {

  /** What the action works on; actions with the same target never run at the same time. */
  String target();

  /**
   * Makes roles, database, schema {@code kn} and the first topology of a shard, or brings them up
   * to date. Precondition: the shard has a primary that accepts connections.
   *
   * @param namespace where the ShardSet lives
   * @param shardSet name of the ShardSet, from which the names of the Secrets follow
   * @param shard name of the shard
   * @param clusterId identity that the database must have or is given
   * @param topology the topology document as JSON
   */
  record PrepareDatabase(
      String namespace, String shardSet, String shard, String clusterId, String topology)
      implements Action {

    @Override
    public String target() {
      return "database/" + namespace + "/" + shardSet + "/" + shard;
    }
  }

  /**
   * Changes keys of Patroni's dynamic configuration (REST {@code PATCH /config}).
   *
   * @param changes key to desired value; values are JSON scalars or maps
   */
  record PatchPatroniConfig(
      String namespace, String shardSet, String shard, Map<String, Object> changes)
      implements Action {

    public PatchPatroniConfig {
      changes = Map.copyOf(changes);
    }

    @Override
    public String target() {
      return "patroni/" + namespace + "/" + shardSet + "/" + shard;
    }
  }

  /**
   * Makes another instance the primary, without loss: the old one stops once the new one has
   * everything (REST {@code POST /switchover}). Where {@code leader} no longer leads, Patroni
   * refuses and nothing happens.
   *
   * @param leader pod that leads now
   * @param candidate pod that is to lead
   */
  record Switchover(
      String namespace, String shardSet, String shard, String leader, String candidate)
      implements Action {

    @Override
    public String target() {
      return "switchover/" + namespace + "/" + shardSet + "/" + shard;
    }
  }
}
