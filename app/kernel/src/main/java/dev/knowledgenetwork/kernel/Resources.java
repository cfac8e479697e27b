package dev.knowledgenetwork.kernel;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The resources of one kind, of all tenants. A call blocks for about the deadline it was configured
 * with (a few seconds) at most, and throws {@link UnavailableException} if the resources cannot be
 * reached in that time. Thread-safe.
 *
 * <p>Values are expected to be valid ({@link Aggregate#violations}). A change that would break a
 * reference throws {@link ReferenceException}.
 */
public interface Resources {

  /**
   * Stores a new resource under a new id. Returns only after commit.
   *
   * @param author subject of the caller's token
   */
  CreateOutcome<Resource> create(TenantId tenant, String author, Values values);

  /**
   * Stores a new resource, once for a request: the request is kept in the same transaction, for a
   * day at least, and a second one like it is told the first answer.
   *
   * @param author subject of the caller's token
   */
  CreateOutcome<Resource> create(
      TenantId tenant, String author, Values values, IdempotentRequest<Resource> request);

  /** The resource, unless there is none or it is deleted. */
  Optional<Resource> find(TenantId tenant, ResourceId id);

  /** The resource, to be shown: where it is kept in memory, its body is kept with it. */
  default Optional<Representation> show(TenantId tenant, ResourceId id) {
    return find(tenant, id).map(Representation::new);
  }

  /** What {@link #show} shows, if that takes no waiting at all: for threads that must not wait. */
  default Optional<Representation> showAtOnce(TenantId tenant, ResourceId id) {
    return Optional.empty();
  }

  /** A page of the tenant's resources. Cost: one index range of at most the limit. */
  Page<Resource> list(ResourceQuery query);

  /**
   * Changes a resource if it has the expected version; of several with the same expectation exactly
   * one succeeds. No changes change nothing, the version included, and answer the resource.
   */
  WriteOutcome<Resource> patch(TenantId tenant, ResourceId id, long expected, Changes changes);

  /**
   * Deletes a resource softly: no call finds it again, the row is purged later.
   *
   * @param expected the version the caller saw; empty deletes whatever is there
   */
  WriteOutcome<Resource> delete(TenantId tenant, ResourceId id, OptionalLong expected);
}
