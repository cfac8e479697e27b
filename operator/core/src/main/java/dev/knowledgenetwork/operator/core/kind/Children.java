package dev.knowledgenetwork.operator.core.kind;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The objects in the cluster that belong to one owner, as the informers last saw them. */
public record Children(List<HasMetadata> objects) {

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

  /** What a ConfigMap holds; nothing where it does not exist. */
  public Map<String, String> files(String configMap) {
    return find(ConfigMap.class, configMap).map(ConfigMap::getData).orElse(Map.of());
  }

  /** All children of a type, in no particular order. */
  public <T extends HasMetadata> Stream<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast);
  }
}
