package dev.knowledgenetwork.operator.core.kind;

import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.workload.Applied;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
