package dev.knowledgenetwork.operator.core.shardset.instance;

import static java.util.Objects.requireNonNullElse;

import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Labels.Component;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniConfiguration;
import dev.knowledgenetwork.operator.core.shardset.patroni.PostgresParameters;
import dev.knowledgenetwork.operator.core.trial.Trial;
import dev.knowledgenetwork.operator.core.workload.Applied;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that an instance of a shard starts from: its pod, Patroni's local configuration, settings
 * that need a restart. A new one is tried in a throw-away instance first, and until then what was
 * applied last stays.
 */
public final class ShardRecipe {

  private static final String TRIAL = "postgres-trial";

  private ShardRecipe() {}

  /** What spec and operator want now. */
  public static Recipe wanted(Blueprint blueprint, String shard) {
    Map<String, String> restarting =
        PostgresParameters.needingRestart(PostgresParameters.of(blueprint.spec()));
    String hash = Hash.ofValue(List.of(PatroniConfiguration.local(blueprint, shard), restarting));
    return new Recipe(
        ShardStatefulSet.template(blueprint, shard, hash),
        Map.of(PatroniConfiguration.FILE, PatroniConfiguration.file(blueprint, shard)),
        Recipe.inputs(inputs(blueprint)));
  }

  /**
   * What was applied last; empty before the first time. Where the StatefulSet is gone, and volumes
   * of it are not, the ConfigMap tells: it is made anew as it was, not with what nobody has tried.
   */
  public static Optional<Recipe> applied(Children children, Blueprint blueprint, String shard) {
    String name = blueprint.shardName(shard);
    return children
        .applied(StatefulSet.class, name, () -> wanted(blueprint, shard))
        .or(
            () ->
                children
                    .find(
                        PersistentVolumeClaim.class,
                        ShardStatefulSet.claim(Names.instance(blueprint.name(), shard, 0)))
                    .flatMap(some -> children.find(ConfigMap.class, name))
                    .filter(blueprint::isOwn)
                    .flatMap(Applied::kept));
  }

  /**
   * How a recipe gets to the instances of a shard, which have another one. Not tried: Patroni
   * itself, whose configuration only the operator writes.
   */
  public static Trial trial(Blueprint blueprint, String shard, Recipe recipe, Recipe applied) {
    Map<String, String> labels =
        Labels.with(
            Labels.of(TRIAL, Component.DATABASE, Labels.SHARD_SET, blueprint.name()),
            Labels.SHARD,
            shard);
    return new Trial(
        blueprint.target(shard),
        blueprint.owned(blueprint.shardName(shard), labels),
        blueprint.pods(),
        recipe,
        applied,
        List.of(ShardStatefulSet.CLAIM));
  }

  /** What the spec says of the pods: as long as it stays, only the operator changes them. */
  private static Map<String, Object> inputs(Blueprint blueprint) {
    ShardSetSpec spec = blueprint.spec();
    Map<String, Object> inputs = new HashMap<>(blueprint.pods().inputs());
    inputs.put("postgresVersion", spec.postgresVersion());
    inputs.put("image", requireNonNullElse(spec.image(), ""));
    inputs.put("resources", spec.resources());
    inputs.put("parameters", PostgresParameters.needingRestart(spec.parameters()));
    return inputs;
  }
}
