package dev.knowledgenetwork.operator.core.workload;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What was applied to a workload last. The live objects are no witness of that: a template holds
 * what the API server filled in and what others added, and a ConfigMap may have been edited or
 * deleted. So the whole recipe is kept beside the template, in one annotation that begins with its
 * own hash.
 *
 * <p>The annotation decides what runs while an update is held, so it must not be anybody's: one
 * whose hash does not fit was edited, and counts as absent. It cannot be bound to the live template
 * instead: then somebody who edits the template would make the edit count as applied, and drift
 * would never be put right. Where the annotation is absent, because somebody removed it or another
 * version of the operator made the workload, the live template is taken for what was applied. That
 * changes no pod: what the API server filled in is what it would fill in again.
 */
public final class Applied {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SEPARATOR = " ";

  private Applied() {}

  /** The annotation of a workload that is given this recipe. */
  public static Map<String, String> annotations(Recipe recipe) {
    String text = Hash.json(recipe);
    return Map.of(Annotations.APPLIED, Hash.ofText(text) + SEPARATOR + text);
  }

  /**
   * What was applied last to a StatefulSet or Deployment.
   *
   * @param files as they are live; used where nothing was kept
   * @param wanted what the spec of that time would give now; asked for where nothing was kept. It
   *     is the answer where the live template is the same but for what the API server filled in;
   *     its inputs are taken for those of that time, so that a difference is held like any update
   */
  public static Recipe recipe(
      HasMetadata live, Map<String, String> files, Supplier<Recipe> wanted) {
    return kept(live).orElseGet(() -> adopted(template(live), files, wanted.get()));
  }

  private static Recipe adopted(PodTemplateSpec live, Map<String, String> files, Recipe wanted) {
    Recipe found = new Recipe(live, files.isEmpty() ? wanted.files() : files, wanted.inputs());
    Recipe same = wanted.withSecrets(found.secrets());
    return Defaults.explain(live, same.template()) ? same : found;
  }

  /** What the annotation says, where it is as the operator wrote it. */
  public static Optional<Recipe> kept(HasMetadata live) {
    return annotation(live, Annotations.APPLIED)
        .map(value -> value.split(SEPARATOR, 2))
        .filter(parts -> parts.length == 2 && Hash.ofText(parts[1]).equals(parts[0]))
        .flatMap(parts -> read(parts[1]));
  }

  private static Optional<Recipe> read(String text) {
    try {
      return Optional.of(JSON.readValue(text, Recipe.class));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private static PodTemplateSpec template(HasMetadata live) {
    return switch (live) {
      case StatefulSet set -> set.getSpec().getTemplate();
      case Deployment deployment -> deployment.getSpec().getTemplate();
      default -> throw new IllegalArgumentException("no pods are made from a " + live.getKind());
    };
  }

  /** An annotation of an object. */
  public static Optional<String> annotation(HasMetadata live, String key) {
    return Optional.ofNullable(live.getMetadata().getAnnotations()).map(all -> all.get(key));
  }
}
