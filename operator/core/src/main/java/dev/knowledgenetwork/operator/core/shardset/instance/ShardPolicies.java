package dev.knowledgenetwork.operator.core.shardset.instance;

import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.workload.Applied;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import dev.knowledgenetwork.operator.core.workload.Traffic;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.List;
import java.util.Map;

/** A shard's configuration, who may reach it, and how many of its pods may be evicted at once. */
public final class ShardPolicies {

  private ShardPolicies() {}

  /**
   * The ConfigMap, NetworkPolicy and PodDisruptionBudget of a shard.
   *
   * @param recipe of the instances; the ConfigMap has its files, and keeps the whole of it while
   *     the StatefulSet is made anew
   */
  public static List<HasMetadata> of(Blueprint blueprint, String shard, Recipe recipe) {
    return List.of(
        configuration(blueprint, shard, recipe),
        traffic(blueprint, shard),
        disruption(blueprint, shard));
  }

  private static ConfigMap configuration(Blueprint blueprint, String shard, Recipe recipe) {
    return new ConfigMapBuilder()
        .withMetadata(blueprint.owned(blueprint.shardName(shard), blueprint.shardLabels(shard)))
        .editMetadata()
        .withAnnotations(Applied.annotations(recipe))
        .endMetadata()
        .withData(recipe.files())
        .build();
  }

  private static NetworkPolicy traffic(Blueprint blueprint, String shard) {
    int postgres = Blueprint.POSTGRES_PORT;
    int patroni = Blueprint.PATRONI_PORT;
    Map<String, String> same = blueprint.shardSelector(shard);
    Map<String, String> all = Blueprint.postgresSelector(blueprint.name());
    return new NetworkPolicyBuilder()
        .withMetadata(blueprint.owned(blueprint.shardName(shard), blueprint.shardLabels(shard)))
        .withNewSpec()
        .withNewPodSelector()
        .withMatchLabels(same)
        .endPodSelector()
        .withPolicyTypes("Ingress", "Egress")
        .withIngress(
            Traffic.fromPods(all, postgres),
            Traffic.fromPods(blueprint.poolerSelector(), postgres),
            Traffic.fromPods(Map.of(Labels.DATABASE_CLIENT, blueprint.name()), postgres),
            Traffic.fromPods(same, patroni),
            Traffic.fromOperator(blueprint.images().cluster(), postgres, patroni))
        .withEgress(
            Traffic.toNameServers(blueprint.images().cluster()),
            Traffic.toPods(all, postgres),
            Traffic.toPods(same, patroni),
            Traffic.toApiServer(blueprint.images().cluster()))
        .endSpec()
        .build();
  }

  private static PodDisruptionBudget disruption(Blueprint blueprint, String shard) {
    return new PodDisruptionBudgetBuilder()
        .withMetadata(blueprint.owned(blueprint.shardName(shard), blueprint.shardLabels(shard)))
        .withNewSpec()
        // What does not serve anyway must not keep a node from being drained.
        .withUnhealthyPodEvictionPolicy("AlwaysAllow")
        .withMaxUnavailable(new IntOrString(1))
        .withNewSelector()
        .withMatchLabels(blueprint.shardSelector(shard))
        .endSelector()
        .endSpec()
        .build();
  }
}
