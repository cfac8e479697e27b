package dev.knowledgenetwork.operator.core.naming;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Map;
import java.util.Optional;

/** Metadata of children. Nothing of the owner's own labels and annotations is copied. */
public final class Metadata {

  private Metadata() {}

  /** Of a child that goes when its owner goes. */
  public static ObjectMeta owned(HasMetadata owner, String name, Map<String, String> labels) {
    return new ObjectMetaBuilder(retained(owner, name, labels))
        .withOwnerReferences(reference(owner))
        .build();
  }

  /** Of an object that outlives its owner. */
  public static ObjectMeta retained(HasMetadata owner, String name, Map<String, String> labels) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(owner.getMetadata().getNamespace())
        .withLabels(labels)
        .build();
  }

  /** Names the owner as the one controller of a child. */
  public static OwnerReference reference(HasMetadata owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(owner.getApiVersion())
        .withKind(owner.getKind())
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .withController(true)
        .build();
  }

  /** Who controls an object; empty where nobody does. */
  public static Optional<OwnerReference> controller(HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .findFirst();
  }
}
