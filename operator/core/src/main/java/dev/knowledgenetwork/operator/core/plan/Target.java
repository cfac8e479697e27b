package dev.knowledgenetwork.operator.core.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * What is observed, claimed or worked on.
 *
 * @param kind kind of the object that it belongs to, as in {@code ShardSet}
 * @param namespace of that object
 * @param name of that object; empty for what a whole namespace has only once
 * @param part a shard, a role, an engine; empty for the whole object
 */
public record Target(String kind, String namespace, String name, String part) {

  /** The whole of an object. */
  public static Target of(HasMetadata object) {
    return new Target(
        object.getKind(), object.getMetadata().getNamespace(), object.getMetadata().getName(), "");
  }

  /** Another part of the same object. */
  public Target part(String other) {
    return new Target(kind, namespace, name, other);
  }

  /** Whether one is the other, or holds it as a part. */
  public boolean overlaps(Target other) {
    return kind.equals(other.kind)
        && namespace.equals(other.namespace)
        && name.equals(other.name)
        && (part.isEmpty() || other.part.isEmpty() || part.equals(other.part));
  }

  /** For logs and people: {@code ShardSet demo/kn s0}. */
  @Override
  public String toString() {
    return (kind + " " + namespace + "/" + name + " " + part).trim();
  }
}
