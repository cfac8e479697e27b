package dev.knowledgenetwork.operator.core.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Names one object of the cluster. */
public record Reference(String kind, String namespace, String name) {

  /** What names this object. */
  public static Reference of(HasMetadata object) {
    return new Reference(
        object.getKind(), object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  @Override
  public String toString() {
    return kind + " " + name;
  }
}
