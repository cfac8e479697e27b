package dev.knowledgenetwork.operator.core.operation;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody asks for by an annotation: once. The same value is not done again; {@code s0#2}
 * asks for the same as {@code s0} a second time.
 *
 * @param id the whole value
 * @param part what stands before the {@code #}
 */
public record Request(String id, String part) {

  /** Whether somebody asks without saying for what. */
  static boolean isEmpty(HasMetadata object, String key) {
    Map<String, String> annotations = object.getMetadata().getAnnotations();
    return annotations != null && annotations.containsKey(key) && of(object, key).isEmpty();
  }

  /** The request under that key, where there is one. */
  public static Optional<Request> of(HasMetadata object, String key) {
    Map<String, String> annotations = object.getMetadata().getAnnotations();
    return Optional.ofNullable(annotations)
        .map(all -> all.get(key))
        .map(String::trim)
        .filter(value -> !value.isEmpty())
        .map(value -> new Request(value, value.split("#", 2)[0].trim()));
  }
}
