package dev.knowledgenetwork.operator.runtime.kube;

import dev.knowledgenetwork.operator.core.plan.Target;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;

/** Names one object that owns children. */
public record Owner(OwnerKind kind, String namespace, String name) {

  /** The owner that this object is. */
  public static Owner of(OwnerKind kind, HasMetadata object) {
    return new Owner(kind, object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  /** The owner that a target belongs to. */
  public static Owner of(Target target) {
    return new Owner(OwnerKind.of(target.kind()), target.namespace(), target.name());
  }

  /** This object as a target. */
  public Target target() {
    return new Target(kind.kind(), namespace, name, "");
  }

  /** Whether the target is this object or a part of it. */
  public boolean has(Target target) {
    return kind.kind().equals(target.kind())
        && namespace.equals(target.namespace())
        && name.equals(target.name());
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
