package dev.knowledgenetwork.cache;

import dev.knowledgenetwork.cache.KeyChange.Kind;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.IdempotentRequest;
import dev.knowledgenetwork.kernel.Page;
import dev.knowledgenetwork.kernel.Representation;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.ResourceQuery;
import dev.knowledgenetwork.kernel.Resources;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.kernel.WriteOutcome;
import java.util.Optional;
import java.util.OptionalLong;

/** Resources with a cache in front: single reads come from the cache, writes tell it. */
public final class CachedResources implements Resources {
  private final Resources resources;
  private final ValueCache<Representation> cache;

  /**
   * Puts a cache in front of resources.
   *
   * @param resources the truth
   * @param cache what is asked first
   */
  public CachedResources(Resources resources, ValueCache<Representation> cache) {
    this.resources = resources;
    this.cache = cache;
  }

  // No cache is told of what is created, whatever its outcome: nobody had heard of the id, and that
  // there is nothing by an id is not remembered.

  @Override
  public CreateOutcome<Resource> create(TenantId tenant, String author, Values values) {
    return resources.create(tenant, author, values);
  }

  @Override
  public CreateOutcome<Resource> create(
      TenantId tenant, String author, Values values, IdempotentRequest<Resource> request) {
    return resources.create(tenant, author, values, request);
  }

  @Override
  public Optional<Resource> find(TenantId tenant, ResourceId id) {
    return show(tenant, id).map(Representation::resource);
  }

  @Override
  public Optional<Representation> show(TenantId tenant, ResourceId id) {
    return cache.find(tenant.value(), id.toString(), () -> resources.show(tenant, id));
  }

  @Override
  public Optional<Representation> showAtOnce(TenantId tenant, ResourceId id) {
    return cache.findAtOnce(tenant.value(), id.toString());
  }

  @Override
  public Page<Resource> list(ResourceQuery query) {
    return resources.list(query);
  }

  @Override
  public WriteOutcome<Resource> patch(
      TenantId tenant, ResourceId id, long expected, Changes changes) {
    WriteOutcome<Resource> outcome = resources.patch(tenant, id, expected, changes);
    // An empty patch that meets its version changed nothing and says nothing new.
    if (!changes.isEmpty() || !(outcome instanceof WriteOutcome.Updated)) {
      tell(tenant, id, outcome);
    }
    return outcome;
  }

  @Override
  public WriteOutcome<Resource> delete(TenantId tenant, ResourceId id, OptionalLong expected) {
    WriteOutcome<Resource> outcome = resources.delete(tenant, id, expected);
    tell(tenant, id, outcome);
    return outcome;
  }

  private void tell(TenantId tenant, ResourceId id, WriteOutcome<Resource> outcome) {
    switch (outcome) {
      case WriteOutcome.Updated<Resource>(Resource updated) ->
          changed(tenant, id, updated.version(), Kind.UPDATED);
      case WriteOutcome.Deleted<Resource>(long version) ->
          changed(tenant, id, version, Kind.DELETED);
      case WriteOutcome.Unknown<Resource> ignored -> uncertain(tenant, id);
      // Nothing was changed, so nobody is told; but the caller has heard of something newer than a
      // copy here might say.
      case WriteOutcome.NotFound<Resource> ignored -> seen(tenant, id, Long.MAX_VALUE);
      case WriteOutcome.VersionConflict<Resource>(long current) -> seen(tenant, id, current);
    }
  }

  private void changed(TenantId tenant, ResourceId id, long version, Kind kind) {
    cache.changed(tenant.value(), id.toString(), version, kind);
  }

  private void seen(TenantId tenant, ResourceId id, long version) {
    cache.seen(tenant.value(), id.toString(), version);
  }

  private void uncertain(TenantId tenant, ResourceId id) {
    cache.uncertain(tenant.value(), id.toString());
  }
}
