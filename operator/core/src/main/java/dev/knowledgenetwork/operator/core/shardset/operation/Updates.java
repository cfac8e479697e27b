package dev.knowledgenetwork.operator.core.shardset.operation;

import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardRecipe;
import dev.knowledgenetwork.operator.core.workload.Approval;
import dev.knowledgenetwork.operator.core.workload.Update;

/** Whether the instances of a shard get what this version of the operator would give them. */
public final class Updates {

  private static final String PART = "the instances";

  private Updates() {}

  /** For a shard. */
  public static Update of(Shard shard) {
    Blueprint blueprint = shard.blueprint();
    return Update.of(
        PART,
        id(blueprint),
        ShardRecipe.applied(shard.observed().children(), blueprint, shard.name()),
        ShardRecipe.wanted(blueprint, shard.name()),
        Approval.of(blueprint.set(), blueprint.spec().maintenance(), shard.observed().now()));
  }

  /**
   * Names what this version would give; another version or other images, another id. The first
   * shard stands for all, which differ in names only: so a plan stays linear in shards.
   */
  private static String id(Blueprint blueprint) {
    return ShardRecipe.wanted(blueprint, blueprint.shards().getFirst()).shortId();
  }
}
