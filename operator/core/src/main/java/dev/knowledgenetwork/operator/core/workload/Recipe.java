package dev.knowledgenetwork.operator.core.workload;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * All that the pods of a workload start from. It changes as a whole: pods of one template never
 * meet the files of another.
 *
 * @param template of the pods, with a hash of all that only a restart brings into force
 * @param files that they mount or read when they start, by name; nothing in them is secret
 * @param inputs hash of what the spec says of it: what changes while this stays is the operator's
 *     own doing
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Recipe(PodTemplateSpec template, Map<String, String> files, String inputs) {

  private static final int DIGITS = 8;

  /** Copies the files. */
  public Recipe {
    files = Map.copyOf(files);
  }

  /** Names its template: two recipes with the same one need no restart between them. */
  public String id() {
    return Hash.ofValue(template);
  }

  /**
   * The same in few characters, for people who ask for it; the same too when only what is read of
   * Secrets has changed.
   */
  public String shortId() {
    return shortened(Hash.ofValue(withSecrets(Optional.empty()).template()));
  }

  /** Hash of what its pods read of Secrets when they start; empty where that is not known. */
  public Optional<String> secrets() {
    return annotations().map(all -> all.get(Annotations.SECRETS_HASH));
  }

  /** The same for pods that read that of Secrets, by its hash. */
  public Recipe withSecrets(Optional<String> hash) {
    if (hash.equals(secrets())) {
      return this;
    }
    Map<String, String> annotations = new LinkedHashMap<>(annotations().orElse(Map.of()));
    annotations.remove(Annotations.SECRETS_HASH);
    hash.ifPresent(known -> annotations.put(Annotations.SECRETS_HASH, known));
    return new Recipe(
        new PodTemplateSpecBuilder(template)
            .editOrNewMetadata()
            .withAnnotations(annotations)
            .endMetadata()
            .build(),
        files,
        inputs);
  }

  private Optional<Map<String, String>> annotations() {
    return Optional.ofNullable(template.getMetadata()).map(ObjectMeta::getAnnotations);
  }

  /** Which images differ from those of another recipe, for a person; empty where none does. */
  public String imagesInsteadOf(Recipe other) {
    Map<String, String> before = other.images();
    return images().entrySet().stream()
        .filter(container -> before.containsKey(container.getKey()))
        .filter(container -> !container.getValue().equals(before.get(container.getKey())))
        .map(
            container ->
                " (image %s instead of %s)"
                    .formatted(container.getValue(), before.get(container.getKey())))
        .distinct()
        .collect(joining());
  }

  private Map<String, String> images() {
    return template.getSpec().getContainers().stream()
        .collect(toMap(Container::getName, Container::getImage, (one, other) -> one, TreeMap::new));
  }

  /** The first characters of a hash. */
  public static String shortened(String hash) {
    return hash.substring(0, DIGITS);
  }

  /**
   * The hash of inputs. What a spec does not say is left out, so that a later version with more
   * fields finds the same.
   */
  public static String inputs(Map<String, ?> said) {
    Map<String, Object> inputs = new HashMap<>(said);
    inputs.values().removeIf(Set.of("", List.of(), Map.of())::contains);
    return Hash.ofValue(inputs);
  }
}
