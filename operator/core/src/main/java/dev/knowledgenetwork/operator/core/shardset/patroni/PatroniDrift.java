package dev.knowledgenetwork.operator.core.shardset.patroni;

import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What must change in Patroni's dynamic configuration. The result is a merge patch: null deletes a
 * key. Only the settings of PostgreSQL are owned as a whole; other keys that somebody added stay.
 */
public final class PatroniDrift {

  private static final String POSTGRESQL = "postgresql";
  private static final String PARAMETERS = "parameters";

  private PatroniDrift() {}

  /** Empty where the observed configuration is as desired. */
  public static Map<String, Object> between(
      Map<String, Object> observed, Map<String, Object> desired) {
    return changes(observed, desired, "");
  }

  /** The part of a dynamic configuration that concerns PostgreSQL alone, not who is primary. */
  public static Map<String, Object> settings(Map<String, Object> configuration) {
    return Map.of(POSTGRESQL, map(configuration.get(POSTGRESQL)));
  }

  /** The settings of PostgreSQL in a dynamic configuration. */
  public static Map<String, Object> parameters(Map<String, Object> configuration) {
    return map(map(configuration.get(POSTGRESQL)).get(PARAMETERS));
  }

  /** The changes without those of settings that change together with the pods. */
  public static Map<String, Object> withoutPods(Map<String, Object> changes, ShardSetSpec spec) {
    return without(changes, name -> PostgresParameters.belongsToPods(name, spec));
  }

  /** The changes without those of texts that the primary does not take, or has yet to judge. */
  public static Map<String, Object> withoutUnaccepted(
      Map<String, Object> changes, ShardSetSpec spec, TextParameters judged) {
    Map<String, String> texts = TextParameters.of(spec);
    return without(
        changes, name -> texts.containsKey(name) && !judged.accepts(name, texts.get(name)));
  }

  private static Map<String, Object> without(
      Map<String, Object> changes, Predicate<String> parameter) {
    Map<String, Object> postgresql = new HashMap<>(map(changes.get(POSTGRESQL)));
    Map<String, Object> parameters = new HashMap<>(map(postgresql.get(PARAMETERS)));
    parameters.keySet().removeIf(parameter);
    put(postgresql, PARAMETERS, parameters);
    Map<String, Object> rest = new HashMap<>(changes);
    put(rest, POSTGRESQL, postgresql);
    return rest;
  }

  private static void put(Map<String, Object> into, String key, Map<String, Object> value) {
    if (value.isEmpty()) {
      into.remove(key);
    } else {
      into.put(key, value);
    }
  }

  private static Map<String, Object> changes(
      Map<String, Object> observed, Map<String, Object> desired, String path) {
    Map<String, Object> changes = new HashMap<>();
    desired.forEach(
        (key, value) -> {
          Object present = observed.get(key);
          if (value instanceof Map<?, ?>) {
            Map<String, Object> inner = changes(map(present), map(value), key);
            if (!inner.isEmpty()) {
              changes.put(key, inner);
            }
          } else if (!same(present, value)) {
            changes.put(key, value);
          }
        });
    if (path.equals(PARAMETERS)) {
      observed.keySet().stream()
          .filter(key -> !desired.containsKey(key))
          .forEach(key -> changes.put(key, null));
    }
    return changes;
  }

  /** Patroni may answer 200 where "200" was sent. */
  private static boolean same(@Nullable Object one, Object other) {
    if (one instanceof List<?> left && other instanceof List<?> right) {
      return left.equals(right);
    }
    return one != null && String.valueOf(one).equals(String.valueOf(other));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }
}
