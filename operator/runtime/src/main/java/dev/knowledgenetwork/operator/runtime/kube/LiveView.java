package dev.knowledgenetwork.operator.runtime.kube;

import dev.knowledgenetwork.operator.core.plan.Reference;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The cluster as the operator knows it now: the informers, overlaid by our own newest writes. Reads
 * memory only. The objects are shared: whoever wants to change one copies it first.
 */
public final class LiveView implements SecretReader {

  private final ChildInformers informers;
  private final Primaries primaries;
  private final OwnWrites writes;

  /** A view over these sources. */
  public LiveView(ChildInformers informers, Primaries primaries, OwnWrites writes) {
    this.informers = informers;
    this.primaries = primaries;
    this.writes = writes;
  }

  /** All children that name this owner. */
  public List<HasMetadata> childrenOf(Owner owner) {
    writes.sweep();
    Map<Reference, HasMetadata> found = new LinkedHashMap<>();
    Stream.concat(informers.childrenOf(owner), nested(owner))
        .forEach(object -> found.put(Reference.of(object), object));
    Stream.concat(
            found.keySet().stream(),
            writes
                .of(owner)
                .map(Reference::of)
                .filter(written -> OwnerKind.find(written.kind()).isEmpty()))
        .distinct()
        .toList()
        .forEach(
            reference ->
                writes
                    .newest(reference, Optional.ofNullable(found.get(reference)))
                    .ifPresent(newest -> found.put(reference, newest)));
    return List.copyOf(found.values());
  }

  /** Names of the EndpointSlices that others made for a Service. */
  public Stream<String> foreignSlices(Reference service) {
    return informers.foreignSlices(service).map(slice -> slice.getMetadata().getName()).sorted();
  }

  /** One child, where it exists. */
  public Optional<HasMetadata> find(Reference reference) {
    Optional<OwnerKind> primary = OwnerKind.find(reference.kind());
    if (primary.isEmpty()) {
      return writes.newest(reference, informers.find(reference));
    }
    // Deletions in the framework's own caches pass us by: what they no longer have, or do not have
    // yet, is not taken from our memory of writes. Whoever needs to know asks the API server.
    return primaries
        .get(new Owner(primary.get(), reference.namespace(), reference.name()))
        .map(HasMetadata.class::cast)
        .flatMap(informed -> writes.newest(reference, Optional.of(informed)));
  }

  @Override
  public Optional<String> secret(String namespace, String name, String key) {
    return find(new Reference("Secret", namespace, name))
        .map(found -> ((Secret) found).getData())
        .map(data -> data.get(key))
        .map(value -> new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8));
  }

  /** A KnowledgeNetwork's children can be owners themselves. */
  private Stream<HasMetadata> nested(Owner owner) {
    return owner.kind() != OwnerKind.NETWORK
        ? Stream.empty()
        : Stream.of(OwnerKind.SHARD_SET, OwnerKind.CACHE_TIER)
            .flatMap(primaries::all)
            .filter(object -> owner.kind().ownerOf(object).filter(owner::equals).isPresent())
            .map(HasMetadata.class::cast);
  }
}
