package dev.knowledgenetwork.operator.core.shardset.operation;

import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.instance.Recipe;
import dev.knowledgenetwork.operator.core.workload.Applied;
import java.util.Optional;

/**
 * Whether a shard gets what this version of the operator would give it. What the spec changes, it
 * gets at once. What only the operator changes, by another version or other default images, it gets
 * when somebody says so: a new operator rolls no database by itself.
 *
 * @param recipe what the shard is to have now
 * @param available id of what it could have; empty where it has it or is getting it
 */
public record Updates(Recipe recipe, Optional<String> available) {

  /** For a shard. */
  public static Updates of(Shard shard) {
    Recipe wanted = Recipe.wanted(shard.blueprint(), shard.name());
    Optional<Recipe> applied =
        Recipe.applied(shard.observed().children(), shard.blueprint(), shard.name());
    boolean own =
        applied
            .filter(last -> last.inputs().equals(wanted.inputs()))
            .filter(last -> !last.id().equals(wanted.id()))
            .isPresent();
    if (!own) {
      return new Updates(wanted, Optional.empty());
    }
    String id = id(shard.blueprint());
    boolean asked =
        Applied.annotation(shard.blueprint().set(), Annotations.UPDATE)
            .filter(value -> value.trim().equals(id))
            .isPresent();
    return asked
        ? new Updates(wanted, Optional.empty())
        : new Updates(applied.orElseThrow(), Optional.of(id));
  }

  /**
   * Names what this version would give; another version or other images, another id. The first
   * shard stands for all, which differ in names only: so a plan stays linear in shards.
   */
  private static String id(Blueprint blueprint) {
    return Recipe.wanted(blueprint, blueprint.shards().getFirst()).id().substring(0, 8);
  }
}
