package dev.knowledgenetwork.cache;

import dev.knowledgenetwork.cache.KeyChange.Kind;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.IdempotentRequest;
import dev.knowledgenetwork.kernel.Page;
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
  private final ValueCache<Resource> cache;

  /**
   * Puts a cache in front of resources.
   *
   * @param resources the truth
   * @param cache what is asked first
   */
  public CachedResources(Resources resources, ValueCache<Resource> cache) {
    this.resources = resources;
    this.cache = cache;
  }

  @Override
  public CreateOutcome<Resource> create(TenantId tenant, String author, Values values) {
    return told(tenant, resources.create(tenant, author, values));
  }

  @Override
  public CreateOutcome<Resource> create(
      TenantId tenant, String author, Values values, IdempotentRequest<Resource> request) {
    return told(tenant, resources.create(tenant, author, values, request));
  }

  private CreateOutcome<Resource> told(TenantId tenant, CreateOutcome<Resource> outcome) {
    switch (outcome) {
      case CreateOutcome.Created<Resource>(Resource made) ->
          changed(tenant, made.id(), made.version(), Kind.CREATED);
      case CreateOutcome.Unknown<Resource>(ResourceId id) -> uncertain(tenant, id);
      // Nothing changed, and no cache knows a resource by an id that was not given out.
      case CreateOutcome.Repeated<Resource> ignored -> {}
      case CreateOutcome.InProgress<Resource> ignored -> {}
      case CreateOutcome.KeyReused<Resource> ignored -> {}
    }
    return outcome;
  }

  @Override
  public Optional<Resource> find(TenantId tenant, ResourceId id) {
    return cache.find(tenant.value(), id.toString(), () -> resources.find(tenant, id));
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
      // The caller was told something newer than a cached copy might say.
      case WriteOutcome.NotFound<Resource> ignored -> uncertain(tenant, id);
      case WriteOutcome.VersionConflict<Resource> ignored -> uncertain(tenant, id);
    }
  }

  private void changed(TenantId tenant, ResourceId id, long version, Kind kind) {
    cache.changed(tenant.value(), id.toString(), version, kind);
  }

  private void uncertain(TenantId tenant, ResourceId id) {
    cache.uncertain(tenant.value(), id.toString());
  }
}
