package dev.knowledgenetwork.operator.runtime.kube;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The framework's own caches of the three kinds, shared between the controllers so that no kind is
 * watched twice. Invariant: all are registered before the first reconciliation.
 */
public final class Primaries {

  private final Map<OwnerKind, IndexerResourceCache<? extends HasMetadata>> caches =
      new EnumMap<>(OwnerKind.class);

  /** Makes a controller's cache known. */
  public synchronized void register(
      OwnerKind kind, IndexerResourceCache<? extends HasMetadata> cache) {
    caches.put(kind, cache);
  }

  /** That ShardSet, where it exists. */
  public Optional<ShardSet> shardSet(String namespace, String name) {
    return get(new Owner(OwnerKind.SHARD_SET, namespace, name)).map(ShardSet.class::cast);
  }

  /** That CacheTier, where it exists. */
  public Optional<CacheTier> cacheTier(String namespace, String name) {
    return get(new Owner(OwnerKind.CACHE_TIER, namespace, name)).map(CacheTier.class::cast);
  }

  /** All KnowledgeNetworks of a namespace. */
  public Stream<KnowledgeNetwork> networks(String namespace) {
    return all(OwnerKind.NETWORK)
        .map(KnowledgeNetwork.class::cast)
        .filter(network -> network.getMetadata().getNamespace().equals(namespace));
  }

  /** The object itself, where it exists. */
  public Optional<? extends HasMetadata> get(Owner owner) {
    IndexerResourceCache<? extends HasMetadata> cache = cache(owner.kind());
    return cache == null
        ? Optional.empty()
        : cache.get(new ResourceID(owner.name(), owner.namespace()));
  }

  /** All objects of a kind. */
  public Stream<? extends HasMetadata> all(OwnerKind kind) {
    IndexerResourceCache<? extends HasMetadata> cache = cache(kind);
    return cache == null ? Stream.empty() : cache.list();
  }

  private synchronized @org.jspecify.annotations.Nullable IndexerResourceCache<
          ? extends HasMetadata>
      cache(OwnerKind kind) {
    return caches.get(kind);
  }
}
