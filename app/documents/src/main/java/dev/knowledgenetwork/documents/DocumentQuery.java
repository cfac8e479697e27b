package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which documents of a tenant to list: newest first, deleted ones left out.
 *
 * @param tenant owner
 * @param status only this status, if present
 * @param collection only this collection, if present
 * @param after only documents older than this one: the {@link Page#next} of the page before
 * @param limit most items of the page, 1 to {@value #MAXIMUM_LIMIT}
 */
public record DocumentQuery(
    TenantId tenant,
    Optional<DocumentStatus> status,
    Optional<String> collection,
    Optional<ResourceId> after,
    int limit) {

  /** Items of a page where the caller does not say. */
  public static final int DEFAULT_LIMIT = 20;

  /** Most items of a page. */
  public static final int MAXIMUM_LIMIT = 100;

  /** Refuses a limit outside 1 to {@value #MAXIMUM_LIMIT}. */
  public DocumentQuery {
    if (limit < 1 || limit > MAXIMUM_LIMIT) {
      throw new IllegalArgumentException("limit must be 1 to " + MAXIMUM_LIMIT + ": " + limit);
    }
  }

  /** The page of the same list that begins after a document. */
  DocumentQuery after(ResourceId last) {
    return new DocumentQuery(tenant, status, collection, Optional.of(last), limit);
  }

  /** What tells this list from all others, whatever page of it is read. */
  List<String> list() {
    List<String> parts = new ArrayList<>();
    parts.add(tenant.value());
    parts.add(status.map(Enum::name).orElse(""));
    collection.ifPresent(parts::add);
    return parts;
  }

  /** The first page of all documents of a tenant. */
  public static DocumentQuery of(TenantId tenant) {
    return new DocumentQuery(
        tenant, Optional.empty(), Optional.empty(), Optional.empty(), DEFAULT_LIMIT);
  }
}
