package dev.knowledgenetwork.operator.core.shardset.instance;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.operation.Knob;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniConfiguration;
import dev.knowledgenetwork.operator.core.shardset.patroni.PostgresParameters;
import dev.knowledgenetwork.operator.core.workload.Applied;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that an instance of a shard starts from. It changes as a whole: a new one is tried in a
 * throw-away instance first, and until then what was applied last stays.
 *
 * @param template of its pods, with a hash of all that only a restart brings into force
 * @param files Patroni's local configuration, by file name
 * @param inputs hash of what the spec says of it: what changes while this stays is the operator's
 *     own doing
 */
public record Recipe(PodTemplateSpec template, Map<String, String> files, String inputs) {

  /** Keeps the recipe of a shard as it is. */
  public static final Knob<Recipe> KNOB =
      new Knob<>("recipe", Recipe.class, (first, second) -> first);

  /** Copies the files. */
  public Recipe {
    files = Map.copyOf(files);
  }

  /** What spec and operator want now. */
  public static Recipe wanted(Blueprint blueprint, String shard) {
    Map<String, String> restarting =
        PostgresParameters.needingRestart(PostgresParameters.of(blueprint.spec()));
    String hash = Hash.ofValue(List.of(PatroniConfiguration.local(blueprint, shard), restarting));
    return new Recipe(
        ShardStatefulSet.template(blueprint, shard, hash),
        Map.of(PatroniConfiguration.FILE, PatroniConfiguration.file(blueprint, shard)),
        Hash.ofValue(ShardStatefulSet.inputs(blueprint.spec())));
  }

  /** What was applied last; empty before the first time. */
  public static Optional<Recipe> applied(Children children, Blueprint blueprint, String shard) {
    String name = blueprint.shardName(shard);
    Optional<StatefulSet> live = children.find(StatefulSet.class, name);
    Map<String, String> files =
        children.find(ConfigMap.class, name).map(ConfigMap::getData).orElse(Map.of());
    return live.flatMap(Applied::template)
        .map(
            template ->
                new Recipe(
                    template,
                    files,
                    Applied.annotation(live.orElseThrow(), Annotations.INPUTS).orElse("")));
  }

  /** Names its template: two recipes with the same one need no restart between them. */
  public String id() {
    return Hash.ofValue(template);
  }
}
