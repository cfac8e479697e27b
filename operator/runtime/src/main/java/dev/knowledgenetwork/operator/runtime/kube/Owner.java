package dev.knowledgenetwork.operator.runtime.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;

/** Names one object that owns children. */
public record Owner(OwnerKind kind, String namespace, String name) {

  /** The owner that this object is. */
  public static Owner of(OwnerKind kind, HasMetadata object) {
    return new Owner(kind, object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  /** As the framework names it. */
  public ResourceID id() {
    return new ResourceID(name, namespace);
  }

  @Override
  public String toString() {
    return kind.kind() + "/" + namespace + "/" + name;
  }
}
