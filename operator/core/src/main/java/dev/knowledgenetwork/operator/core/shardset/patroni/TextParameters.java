package dev.knowledgenetwork.operator.core.shardset.patroni;

import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.shardset.rules.KnownParameters;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a primary says of parameters whose value only a server can judge, such as time zones. Those
 * that need a restart are tried in a throw-away instance; the others would reach the configuration
 * files of all instances at once, which then run on with the value before, and do not start again.
 *
 * @param asked values by name
 * @param refused of these the ones that it would not take, with its words
 */
public record TextParameters(Map<String, String> asked, Map<String, String> refused) {

  /** Asked of the primary of every shard, where the spec has any. */
  public static final Fact<TextParameters> FACT = new Fact<>("parameters", TextParameters.class);

  /** Nothing was asked. */
  public static final TextParameters NONE = new TextParameters(Map.of(), Map.of());

  /** Copies the maps. */
  public TextParameters {
    asked = Map.copyOf(asked);
    refused = Map.copyOf(refused);
  }

  /** Those of a spec, values by name. */
  public static Map<String, String> of(ShardSetSpec spec) {
    Map<String, String> texts = new TreeMap<>(spec.parameters());
    texts.keySet().removeIf(name -> !KnownParameters.isText(name));
    return texts;
  }

  /** Whether a value was asked about and would be taken. */
  boolean accepts(String name, String value) {
    return value.equals(asked.get(name)) && !refused.containsKey(name);
  }
}
