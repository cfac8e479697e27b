package dev.knowledgenetwork.operator.core.network.dependency;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.common.KnObject;
import dev.knowledgenetwork.crds.common.LocalReference;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkReason;
import dev.knowledgenetwork.operator.core.plan.Reason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a network stands on: a ShardSet or a CacheTier, as far as the network may say.
 *
 * @param type which of them it is
 * @param name of the object
 * @param referred true: somebody else makes it; false: the network does
 * @param object the live one, where it exists
 */
public record Dependency<T extends CustomResource<?, ? extends Conditioned>>(
    Type type, String name, boolean referred, Optional<T> object) {

  /** What a network needs one of. */
  public enum Type {
    SHARD_SET(
        "ShardSet",
        "spec.shardSet",
        NetworkReason.SHARD_SET_MISSING,
        NetworkReason.SHARD_SET_NOT_READY,
        NetworkReason.SHARD_SET_UNREADABLE),
    CACHE_TIER(
        "CacheTier",
        "spec.cacheTier",
        NetworkReason.CACHE_TIER_MISSING,
        NetworkReason.CACHE_TIER_NOT_READY,
        NetworkReason.CACHE_TIER_UNREADABLE);

    private final String kind;
    private final String field;
    private final Reason missing;
    private final Reason notReady;
    private final Reason unreadable;

    Type(String kind, String field, Reason missing, Reason notReady, Reason unreadable) {
      this.kind = kind;
      this.field = field;
      this.missing = missing;
      this.notReady = notReady;
      this.unreadable = unreadable;
    }
  }

  /** Whether it may be used, why, and what a person can do. */
  public record Health(ConditionStatus status, Reason reason, String message) {

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
        Type.SHARD_SET,
        network.getSpec().shardSet(),
        network,
        related.find(ShardSet.class, shardSetOf(network)));
  }

  /** The CacheTier of a network. */
  public static Dependency<CacheTier> cacheTier(KnowledgeNetwork network, Children related) {
    return of(
        Type.CACHE_TIER,
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
      Type type, @Nullable LocalReference reference, KnowledgeNetwork network, Optional<T> live) {
    String name = name(network, reference);
    return new Dependency<>(
        type,
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

  /** Of the object, for messages. */
  public String kind() {
    return type.kind;
  }

  /** The field of the network's spec that refers to it. */
  public String field() {
    return type.field;
  }

  /** The live one, where this version understands it. */
  public Optional<T> readable() {
    return object.filter(live -> KnObject.unreadable(live).isEmpty());
  }

  /** Whether it is there, and how it is cannot be told. */
  public boolean unreadable() {
    return object.isPresent() && readable().isEmpty();
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
          type.missing,
          "%s %s does not exist in this namespace: create it, or remove %s to have one made."
              .formatted(kind(), name, field()));
    }
    if (unreadable()) {
      return new Health(
          ConditionStatus.UNKNOWN,
          type.unreadable,
          ("This version of the operator does not understand %s %s, whose condition Stalled says"
                  + " what to do. What runs goes on.")
              .formatted(kind(), name));
    }
    return condition(ConditionType.READY)
        .map(this::health)
        .orElseGet(
            () ->
                new Health(
                    ConditionStatus.UNKNOWN,
                    type.notReady,
                    "%s %s is being made.".formatted(kind(), name)));
  }

  /** Whether planned work goes on there. */
  public boolean reconciling() {
    return readable()
        .filter(live -> holds(ConditionType.RECONCILING) || outdated(live))
        .isPresent();
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
    return Optional.of("%s %s: %s".formatted(kind(), name, words));
  }

  /** What is lost there, in its own words; empty where nothing is. */
  public Optional<String> loss() {
    return condition(ConditionType.DEGRADED)
        .filter(c -> c.status() == ConditionStatus.TRUE)
        .map(c -> "%s %s is degraded: %s".formatted(kind(), name, c.message()));
  }

  private Health health(Condition ready) {
    return ready.status() == ConditionStatus.TRUE
        ? new Health(
            ConditionStatus.TRUE, NetworkReason.READY, "%s %s is ready.".formatted(kind(), name))
        : new Health(
            ready.status(),
            type.notReady,
            "%s %s is not ready: %s".formatted(kind(), name, ready.message()));
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
