package dev.knowledgenetwork.operator.core.network.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.Profile;
import dev.knowledgenetwork.operator.core.network.NetworkSpecs;
import dev.knowledgenetwork.operator.core.network.Networks;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkReason;
import dev.knowledgenetwork.operator.core.network.roles.AppRecipes;
import dev.knowledgenetwork.operator.core.network.roles.Sizes;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.workload.Cluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PoolBudgetTest {

  @Test
  void morePodsThanThePoolersAcceptAreRefusedWithTheSumAndWhatWouldFit() {
    assertThat(
            new PoolBudget(4, 3, NetworkSpecs.shardSet("{sharding: {shards: 2}, pool: {max: 500}}"))
                .objection("kn", true))
        .contains(
            new Problem.InvalidSpec(
                NetworkReason.POOLERS_EXCEEDED,
                "",
                "4 pods, 3 more while they are replaced, may open 500 connections to each of 2"
                    + " shards: 7000 in all, and the 2 poolers of ShardSet kn accept 4000: set"
                    + " spec.pool.max of the ShardSet to at most 285, or set its"
                    + " spec.pool.pooler.instances to at least 4, or ask for at most 1 replicas in"
                    + " all"));
  }

  @Test
  void whatIsSaidToFitFitsAndOneMoreDoesNot() {
    assertThat(objections(4, "{shards: 2}", 285, 2)).isFalse();
    assertThat(objections(4, "{shards: 2}", 286, 2)).isTrue();
    assertThat(objections(4, "{shards: 2}", 500, 4)).isFalse();
    assertThat(objections(4, "{shards: 2}", 500, 3)).isTrue();
    assertThat(objections(1, "{shards: 2}", 500, 2)).isFalse();
    assertThat(objections(2, "{shards: 2}", 500, 2)).isTrue();
  }

  @Test
  void theSpecThatAProfileGivesIsNotToBeChanged() {
    assertThat(
            new PoolBudget(204, 3, NetworkSpecs.shardSet("{sharding: {shards: 2}}"))
                .objection("kn", false)
                .map(Problem::message)
                .orElse(""))
        .endsWith("accept 4000: ask for at most 97 replicas in all");
  }

  @Test
  void aWayOutThatIsNoneIsNotNamed() {
    assertThat(
            new PoolBudget(
                    300, 3, NetworkSpecs.shardSet("{sharding: {shards: 64}, pool: {max: 1000}}"))
                .objection("kn", true)
                .map(Problem::message)
                .orElse(""))
        .endsWith("accept 4000: have fewer shards or fewer replicas");
  }

  @ParameterizedTest
  @EnumSource(Profile.class)
  void everyProfileFitsWithRoomForThePodsOfItsRoll(Profile profile) {
    Sizes sizes = Networks.sizes(profile);
    KnowledgeNetwork network = Networks.network(profile);
    PoolBudget budget =
        PoolBudget.of(
            new AppRecipes(new NetworkObjects(network, Cluster.standard()), sizes),
            sizes.shardSet(network.getSpec()));
    assertThat(budget.surge()).isEqualTo(3);
    assertThat(budget.objection("kn", true)).isEmpty();
  }

  @Test
  void aRoleWithoutPodsOpensNothing() {
    KnowledgeNetwork network =
        NetworkSpecs.network("{api: {replicas: 2}, realtime: {replicas: 0}}");
    Sizes sizes = Networks.sizes(Profile.DEVELOPMENT);
    PoolBudget budget =
        PoolBudget.of(
            new AppRecipes(new NetworkObjects(network, Cluster.standard()), sizes),
            sizes.shardSet(network.getSpec()));
    assertThat(budget.pods()).isEqualTo(3);
    assertThat(budget.surge()).isEqualTo(2);
  }

  private static boolean objections(int pods, String sharding, int max, int poolers) {
    String pool = "{max: %d, pooler: {instances: %d}}".formatted(max, poolers);
    return new PoolBudget(
            pods, 3, NetworkSpecs.shardSet("{sharding: %s, pool: %s}".formatted(sharding, pool)))
        .objection("kn", true)
        .isPresent();
  }
}
