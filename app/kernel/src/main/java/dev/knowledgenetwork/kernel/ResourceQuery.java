package dev.knowledgenetwork.kernel;

import java.util.Optional;

/**
 * Which resources of a tenant to list: newest first, deleted ones left out.
 *
 * @param tenant owner
 * @param filters only resources with these values
 * @param after only resources older than this one: the {@link Page#next} of the page before
 * @param limit most items of the page, 1 to {@value #MAXIMUM_LIMIT}
 */
public record ResourceQuery(
    TenantId tenant, Values filters, Optional<ResourceId> after, int limit) {

  /** Items of a page where the caller does not say. */
  public static final int DEFAULT_LIMIT = 20;

  /** Most items of a page. */
  public static final int MAXIMUM_LIMIT = 100;

  /** Refuses a limit outside 1 to {@value #MAXIMUM_LIMIT}. */
  public ResourceQuery {
    if (limit < 1 || limit > MAXIMUM_LIMIT) {
      throw new IllegalArgumentException("limit must be 1 to " + MAXIMUM_LIMIT + ": " + limit);
    }
  }

  /** The first page of all resources of a tenant. */
  public static ResourceQuery of(TenantId tenant) {
    return new ResourceQuery(tenant, Values.NONE, Optional.empty(), DEFAULT_LIMIT);
  }

  /** The page of the same list that begins after a resource. */
  public ResourceQuery after(ResourceId last) {
    return new ResourceQuery(tenant, filters, Optional.of(last), limit);
  }
}
