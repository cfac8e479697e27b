package dev.knowledgenetwork.operator.core.network.rules;

import dev.knowledgenetwork.crds.shardset.Pool;
import dev.knowledgenetwork.crds.shardset.Pooler;
import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkReason;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import dev.knowledgenetwork.operator.core.network.roles.AppRecipes;
import dev.knowledgenetwork.operator.core.network.roles.AppWorkload;
import dev.knowledgenetwork.operator.core.plan.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether the poolers of a ShardSet accept all connections that the pods of a network may open to
 * it. Those of others, whom nobody can count, come on top.
 *
 * @param pods of all roles
 * @param surge pods beyond those while the roles are replaced
 * @param database what the pods connect to
 */
public record PoolBudget(int pods, int surge, ShardSetSpec database) {

  private static final int MOST_POOLERS = 10;

  /** Of the pods that a network asks for. */
  public static PoolBudget of(AppRecipes recipes, ShardSetSpec database) {
    List<Integer> replicas =
        Arrays.stream(Role.values())
            .map(role -> recipes.size(role).replicas())
            .filter(some -> some > 0)
            .toList();
    return new PoolBudget(
        replicas.stream().mapToInt(Integer::intValue).sum(),
        replicas.size() * AppWorkload.MAX_SURGE,
        database);
  }

  /**
   * Why it is not enough, and what would be.
   *
   * @param shardSet name of the ShardSet
   * @param referred whether its spec is somebody's own, and not the profile's
   */
  public Optional<Problem> objection(String shardSet, boolean referred) {
    Pool pool = database.pool();
    long asked = (pods + surge) * connections();
    return asked <= accepted()
        ? Optional.empty()
        : Optional.of(
            new Problem.InvalidSpec(
                NetworkReason.POOLERS_EXCEEDED,
                "",
                ("%d pods, %d more while they are replaced, may open %d connections to each of %d"
                        + " shards: %d in all, and the %d poolers of ShardSet %s accept %d: %s")
                    .formatted(
                        pods,
                        surge,
                        pool.max(),
                        database.sharding().shards(),
                        asked,
                        pool.pooler().instances(),
                        shardSet,
                        accepted(),
                        String.join(", or ", fitting(asked, referred)))));
  }

  /** Each alone is enough. */
  private List<String> fitting(long asked, boolean referred) {
    List<String> ways = new ArrayList<>();
    long max = accepted() / ((long) (pods + surge) * database.sharding().shards());
    if (referred && max > 0) {
      ways.add("set spec.pool.max of the ShardSet to at most " + max);
    }
    long poolers = Math.ceilDiv(asked, Pooler.MOST_CLIENTS);
    if (referred && poolers <= MOST_POOLERS) {
      ways.add("set its spec.pool.pooler.instances to at least " + poolers);
    }
    long replicas = accepted() / connections() - surge;
    if (replicas > 0) {
      ways.add("ask for at most " + replicas + " replicas in all");
    }
    return ways.isEmpty() ? List.of("have fewer shards or fewer replicas") : ways;
  }

  private long accepted() {
    return (long) database.pool().pooler().instances() * Pooler.MOST_CLIENTS;
  }

  /** Of one pod. */
  private long connections() {
    return (long) database.pool().max() * database.sharding().shards();
  }
}
