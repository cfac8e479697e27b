package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import java.util.List;
import java.util.Optional;

/**
 * Which rows of a tenant to list: newest first, deleted ones left out.
 *
 * @param tenant owner
 * @param filters all of them must hold
 * @param after only rows older than this one
 * @param limit most items of the page
 */
public record TableQuery(
    TenantId tenant, List<Filter> filters, Optional<ResourceId> after, int limit) {

  /** Keeps an unmodifiable copy of the filters. */
  public TableQuery {
    filters = List.copyOf(filters);
  }

  /**
   * A column has a value.
   *
   * @param column its name; not input of a user
   * @param value what it must be equal to
   */
  public record Filter(String column, String value) {}
}
