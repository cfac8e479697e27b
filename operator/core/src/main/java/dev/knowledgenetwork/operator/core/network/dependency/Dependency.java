package dev.knowledgenetwork.operator.core.network.dependency;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.common.LocalReference;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a network stands on: a ShardSet or a CacheTier, as far as the network may say.
 *
 * @param kind for messages
 * @param field of the network's spec that refers to it
 * @param name of the object
 * @param referred true: somebody else makes it; false: the network does
 * @param object the live one, where it exists
 */
public record Dependency<T extends CustomResource<?, ? extends Conditioned>>(
    String kind, String field, String name, boolean referred, Optional<T> object) {

  /** Whether it may be used, why, and what a person can do. */
  public record Health(ConditionStatus status, String reason, String message) {

    /** Whether the network may be served from it now. */
    public boolean ready() {
      return status == ConditionStatus.TRUE;
    }
  }

  /** The name of the ShardSet that a network refers to, or else makes. */
  public static String shardSetOf(KnowledgeNetwork network) {
    return name(network, network.getSpec().shardSet());
  }

  /** The name of the CacheTier that a network refers to, or else makes. */
  public static String cacheTierOf(KnowledgeNetwork network) {
    return name(network, network.getSpec().cacheTier());
  }

  /** The ShardSet of a network. */
  public static Dependency<ShardSet> shardSet(KnowledgeNetwork network, Children related) {
    return of(
        "ShardSet",
        "spec.shardSet",
        network.getSpec().shardSet(),
        network,
        related.find(ShardSet.class, shardSetOf(network)));
  }

  /** The CacheTier of a network. */
  public static Dependency<CacheTier> cacheTier(KnowledgeNetwork network, Children related) {
    return of(
        "CacheTier",
        "spec.cacheTier",
        network.getSpec().cacheTier(),
        network,
        related.find(CacheTier.class, cacheTierOf(network)));
  }

  private static String name(KnowledgeNetwork network, @Nullable LocalReference reference) {
    return reference == null ? network.getMetadata().getName() : reference.name();
  }

  /**
   * A dependency by reference, or of the network's own name. One that an earlier network of this
   * name made is being collected: it counts as not there.
   */
  private static <T extends CustomResource<?, ? extends Conditioned>> Dependency<T> of(
      String kind,
      String field,
      @Nullable LocalReference reference,
      KnowledgeNetwork network,
      Optional<T> live) {
    String name = name(network, reference);
    return new Dependency<>(
        kind,
        field,
        name,
        reference != null,
        live.filter(object -> object.getMetadata().getName().equals(name))
            .filter(object -> reference != null || !earlier(object, network)));
  }

  private static boolean earlier(HasMetadata object, KnowledgeNetwork network) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(
            owner ->
                owner.getKind().equals(network.getKind())
                    && owner.getName().equals(network.getMetadata().getName())
                    && !owner.getUid().equals(network.getMetadata().getUid()));
  }

  /** True when a person must create it. */
  public boolean missing() {
    return referred && object.isEmpty();
  }

  /** Its own word on itself. */
  public Health health() {
    if (missing()) {
      return new Health(
          ConditionStatus.FALSE,
          kind + "Missing",
          "%s %s does not exist in this namespace: create it, or remove %s to have one made."
              .formatted(kind, name, field));
    }
    return condition(ConditionType.READY)
        .map(this::health)
        .orElseGet(
            () ->
                new Health(
                    ConditionStatus.UNKNOWN,
                    kind + "NotReady",
                    "%s %s is being made.".formatted(kind, name)));
  }

  /** Whether planned work goes on there. */
  public boolean reconciling() {
    return object.isPresent() && (holds(ConditionType.RECONCILING) || outdated(object.get()));
  }

  /** What goes on there, in its own words; empty where nothing does. */
  public Optional<String> activity() {
    if (!reconciling()) {
      return Optional.empty();
    }
    String words =
        condition(ConditionType.RECONCILING)
            .filter(c -> c.status() == ConditionStatus.TRUE)
            .map(Condition::message)
            .orElse("it is about to be changed.");
    return Optional.of("%s %s: %s".formatted(kind, name, words));
  }

  /** Whether something is lost there. */
  public boolean degraded() {
    return holds(ConditionType.DEGRADED);
  }

  private Health health(Condition ready) {
    return ready.status() == ConditionStatus.TRUE
        ? new Health(ConditionStatus.TRUE, "Ready", "%s %s is ready.".formatted(kind, name))
        : new Health(
            ready.status(),
            kind + "NotReady",
            "%s %s is not ready: %s".formatted(kind, name, ready.message()));
  }

  /** The status does not yet describe the newest spec. */
  private boolean outdated(T live) {
    return live.getStatus() == null
        || !Objects.equals(
            live.getMetadata().getGeneration(), live.getStatus().observedGeneration());
  }

  private boolean holds(ConditionType type) {
    return condition(type).filter(c -> c.status() == ConditionStatus.TRUE).isPresent();
  }

  private Optional<Condition> condition(ConditionType type) {
    return object.map(T::getStatus).flatMap(status -> Conditions.find(status.conditions(), type));
  }
}
