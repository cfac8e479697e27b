package dev.knowledgenetwork.kernel;

import java.util.Optional;
import java.util.Set;

/**
 * Which resources of a tenant to list; deleted ones are left out.
 *
 * @param tenant owner
 * @param filters only resources with these values
 * @param empty only resources without a value of these fields; none of them is a filter too
 * @param order field by whose values the list ascends, equal ones by age; empty for newest first
 * @param after only resources behind this place: the {@link Page#next} of the page before
 * @param limit most items of the page, 1 to {@value #MAXIMUM_LIMIT}
 */
public record ResourceQuery(
    TenantId tenant,
    Values filters,
    Set<Field<?>> empty,
    Optional<Field<Long>> order,
    Optional<Position> after,
    int limit) {

  /** Items of a page where the caller does not say. */
  public static final int DEFAULT_LIMIT = 20;

  /** Most items of a page. */
  public static final int MAXIMUM_LIMIT = 100;

  /** Refuses a limit outside 1 to {@value #MAXIMUM_LIMIT}, and a place of another order. */
  public ResourceQuery {
    empty = Set.copyOf(empty);
    if (limit < 1 || limit > MAXIMUM_LIMIT) {
      throw new IllegalArgumentException("limit must be 1 to " + MAXIMUM_LIMIT + ": " + limit);
    }
    if (after.isPresent() && after.get().rank().isPresent() != order.isPresent()) {
      throw new IllegalArgumentException("a place of another order");
    }
  }

  /** The first page of all resources of a tenant. */
  public static ResourceQuery of(TenantId tenant) {
    return new ResourceQuery(
        tenant, Values.NONE, Set.of(), Optional.empty(), Optional.empty(), DEFAULT_LIMIT);
  }

  /** The list of those with these values, from its beginning. */
  public ResourceQuery filtered(Values by) {
    return new ResourceQuery(tenant, by, empty, order, Optional.empty(), limit);
  }

  /** The list of those without a value of these fields, from its beginning. */
  public ResourceQuery without(Set<Field<?>> fields) {
    return new ResourceQuery(tenant, filters, fields, order, Optional.empty(), limit);
  }

  /** The list by a field, from its beginning. */
  public ResourceQuery ordered(Field<Long> by) {
    return new ResourceQuery(tenant, filters, empty, Optional.of(by), Optional.empty(), limit);
  }

  /** The page of the same list that begins at a place. */
  public ResourceQuery after(Position last) {
    return new ResourceQuery(tenant, filters, empty, order, Optional.of(last), limit);
  }

  /** Pages of another size. */
  public ResourceQuery limited(int most) {
    return new ResourceQuery(tenant, filters, empty, order, after, most);
  }
}
