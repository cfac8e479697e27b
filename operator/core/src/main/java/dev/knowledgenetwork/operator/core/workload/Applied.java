package dev.knowledgenetwork.operator.core.workload;

import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was applied to a workload last. The live template is no witness of that: it holds what the
 * API server filled in and what others added. So the template is kept beside it, in an annotation.
 */
public final class Applied {

  private Applied() {}

  /** Annotations of a workload with this template, whose spec has these inputs. */
  public static Map<String, String> annotations(PodTemplateSpec template, String inputs) {
    Map<String, String> annotations = new HashMap<>();
    annotations.put(Annotations.APPLIED_TEMPLATE, Hash.json(template));
    annotations.put(Annotations.INPUTS, inputs);
    return annotations;
  }

  /** The template that was applied last; empty where none was kept. */
  public static Optional<PodTemplateSpec> template(HasMetadata live) {
    return annotation(live, Annotations.APPLIED_TEMPLATE)
        .map(json -> Serialization.unmarshal(json, PodTemplateSpec.class));
  }

  /** An annotation of an object. */
  public static Optional<String> annotation(HasMetadata live, String key) {
    return Optional.ofNullable(live.getMetadata().getAnnotations()).map(all -> all.get(key));
  }
}
