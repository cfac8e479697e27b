package dev.knowledgenetwork.operator.runtime.kube;

import dev.knowledgenetwork.operator.core.naming.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** The kinds that own children, with the label by which a child names its owner. */
public enum OwnerKind {
  SHARD_SET("ShardSet", Labels.SHARD_SET),
  CACHE_TIER("CacheTier", Labels.CACHE_TIER),
  NETWORK("KnowledgeNetwork", Labels.NETWORK);

  private final String kind;
  private final String label;

  OwnerKind(String kind, String label) {
    this.kind = kind;
    this.label = label;
  }

  /** The kind of that name in the API. */
  public static OwnerKind of(String kind) {
    return find(kind)
        .orElseThrow(() -> new IllegalArgumentException("not a kind of ours: " + kind));
  }

  /** The kind of that name in the API, where it is one of ours. */
  public static Optional<OwnerKind> find(String kind) {
    return Arrays.stream(values()).filter(each -> each.kind.equals(kind)).findFirst();
  }

  /** The kind as in the API. */
  public String kind() {
    return kind;
  }

  /** Key of the label that holds the owner's name. */
  public String label() {
    return label;
  }

  /** The owner of this kind that the child names, where it names one. */
  public Optional<Owner> ownerOf(HasMetadata child) {
    Map<String, String> labels = child.getMetadata().getLabels();
    return Optional.ofNullable(labels == null ? null : labels.get(label))
        .map(name -> new Owner(this, child.getMetadata().getNamespace(), name));
  }
}
