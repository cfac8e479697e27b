package dev.knowledgenetwork.operator.core.kind;

import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.workload.Applied;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The objects in the cluster that belong to one owner, as the informers last saw them. */
public record Children(List<HasMetadata> objects) {

  private static final String JOB = "batch.kubernetes.io/job-name";

  public Children {
    objects = List.copyOf(objects);
  }

  /** There is nothing. */
  public static Children none() {
    return new Children(List.of());
  }

  /** The child of that type and name, where there is one. */
  public <T extends HasMetadata> Optional<T> find(Class<T> type, String name) {
    return all(type).filter(object -> object.getMetadata().getName().equals(name)).findFirst();
  }

  /** The child of that name, where there is one. */
  public Optional<HasMetadata> find(Reference reference) {
    return objects.stream().filter(object -> Reference.of(object).equals(reference)).findFirst();
  }

  /** A value of a Secret, decoded; empty where it does not exist or is not base64. */
  public Optional<String> value(String secret, String key) {
    return find(Secret.class, secret)
        .map(Secret::getData)
        .map(data -> data.get(key))
        .flatMap(Children::decoded);
  }

  /**
   * A value without white space around it, as all read logins; empty where nothing else is there.
   */
  public Optional<String> line(String secret, String key) {
    return value(secret, key).map(String::strip).filter(line -> !line.isEmpty());
  }

  private static Optional<String> decoded(String base64) {
    try {
      return Optional.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /**
   * Hash of values of a Secret, which may be seen by whoever sees pods: a password that somebody
   * typed could be guessed from a plain one. White space around them changes nothing.
   *
   * @param authority Secret whose private key makes the hash
   * @return empty where one of them does not exist
   */
  public Optional<String> secretsHash(String authority, String secret, String... keys) {
    Map<String, String> values = new TreeMap<>();
    Stream.of(keys).forEach(key -> line(secret, key).ifPresent(value -> values.put(key, value)));
    return line(authority, "tls.key")
        .filter(key -> values.size() == keys.length)
        .map(key -> Hash.keyed(key, values));
  }

  /** What a ConfigMap holds; nothing where it does not exist. */
  public Map<String, String> files(String configMap) {
    return find(ConfigMap.class, configMap).map(ConfigMap::getData).orElse(Map.of());
  }

  /**
   * What was applied last to a workload, with the files of its ConfigMap, which has the same name;
   * empty before the first time.
   *
   * @param wanted what spec and operator want now; asked for where nothing was kept
   */
  public Optional<Recipe> applied(
      Class<? extends HasMetadata> workload, String name, Supplier<Recipe> wanted) {
    return find(workload, name).map(live -> Applied.recipe(live, files(name), wanted));
  }

  /** The pods of a Job. */
  public Stream<Pod> podsOf(String job) {
    return all(Pod.class).filter(pod -> job.equals(pod.getMetadata().getLabels().get(JOB)));
  }

  /** All children of a type, in no particular order. */
  public <T extends HasMetadata> Stream<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast);
  }
}
