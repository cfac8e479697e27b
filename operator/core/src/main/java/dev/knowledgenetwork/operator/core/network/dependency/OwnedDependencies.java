package dev.knowledgenetwork.operator.core.network.dependency;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Metadata;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkReason;
import dev.knowledgenetwork.operator.core.network.roles.Sizes;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The ShardSet and the CacheTier that a network makes where it refers to none. */
public final class OwnedDependencies {

  private OwnedDependencies() {}

  /** The ShardSet of a network that refers to none; it has the name of the network. */
  public static ShardSet shardSet(NetworkObjects objects, Sizes sizes) {
    ShardSet shardSet = new ShardSet();
    shardSet.setMetadata(
        Metadata.owned(
            objects.network(),
            objects.name(),
            Labels.of("postgres", Labels.Component.DATABASE, Labels.NETWORK, objects.name())));
    shardSet.setSpec(sizes.shardSet(objects.network().getSpec()));
    return shardSet;
  }

  /** The CacheTier of a network that refers to none; it has the name of the network. */
  public static CacheTier cacheTier(NetworkObjects objects, Sizes sizes) {
    CacheTier tier = new CacheTier();
    tier.setMetadata(
        Metadata.owned(
            objects.network(),
            objects.name(),
            Labels.of("valkey", Labels.Component.CACHE, Labels.NETWORK, objects.name())));
    tier.setSpec(sizes.cacheTier(objects.network().getSpec()));
    return tier;
  }

  /** Why the live objects of that name cannot be what the profile asks for. */
  public static List<Problem> violations(
      NetworkObjects objects,
      Dependency<ShardSet> shards,
      Dependency<CacheTier> cache,
      Sizes sizes) {
    List<Problem> violations = new ArrayList<>();
    taken(objects, shards).ifPresent(violations::add);
    taken(objects, cache).ifPresent(violations::add);
    own(objects, shards).ifPresent(violations::add);
    own(objects, cache).ifPresent(violations::add);
    if (violations.isEmpty() && !shards.referred()) {
      shards
          .readable()
          .flatMap(live -> outOfReach(objects, live.getSpec(), sizes))
          .ifPresent(violations::add);
    }
    return violations;
  }

  private static Optional<Problem> taken(NetworkObjects objects, Dependency<?> dependency) {
    return dependency
        .object()
        .filter(live -> !dependency.referred() && !isMadeBy(objects.network(), live))
        .map(
            live ->
                new Problem.InvalidSpec(
                    StandardReason.NAME_TAKEN,
                    dependency.field(),
                    ("%1$s %2$s exists and was not made by this KnowledgeNetwork: set %3$s.name to"
                            + " %2$s to use it, or give one of them another name")
                        .formatted(dependency.kind(), dependency.name(), dependency.field())));
  }

  /** To refer to what it made itself means not to make it any more: it would be deleted. */
  private static Optional<Problem> own(NetworkObjects objects, Dependency<?> dependency) {
    return dependency
        .object()
        .filter(live -> dependency.referred() && isMadeBy(objects.network(), live))
        .map(
            live ->
                new Problem.InvalidSpec(
                    StandardReason.INVALID_SPEC,
                    dependency.field(),
                    "%s %s was made by this KnowledgeNetwork, which uses it anyway: remove %s"
                        .formatted(dependency.kind(), dependency.name(), dependency.field())));
  }

  /** Whether it was this very network that made an object. */
  public static boolean isMadeBy(KnowledgeNetwork network, HasMetadata live) {
    String uid = network.getMetadata().getUid();
    return live.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid() != null && owner.getUid().equals(uid));
  }

  private static Optional<Problem> outOfReach(
      NetworkObjects objects, ShardSetSpec live, Sizes sizes) {
    ShardSetSpec wanted = sizes.shardSet(objects.network().getSpec());
    int shards = live.sharding().shards();
    boolean same =
        wanted.sharding().shards() == shards
            && wanted.storage().size().equals(live.storage().size());
    return same
        ? Optional.empty()
        : Optional.of(
            new Problem.InvalidSpec(
                NetworkReason.PROFILE_OUT_OF_REACH,
                "spec.profile",
                ("the profile wants %d shards with volumes of %s, ShardSet %s has %d of %s and a"
                        + " profile changes neither in this version: set the profile back, or make a"
                        + " new KnowledgeNetwork and move the data there")
                    .formatted(
                        wanted.sharding().shards(),
                        wanted.storage().size(),
                        objects.name(),
                        shards,
                        live.storage().size())));
  }
}
