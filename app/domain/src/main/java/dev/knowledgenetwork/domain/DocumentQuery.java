package dev.knowledgenetwork.domain;

import java.util.Optional;

/**
 * Which documents of a tenant to list: newest first, deleted ones left out.
 *
 * @param tenant owner
 * @param status only this status, if present
 * @param collection only this collection, if present
 * @param after only documents older than this one: the {@link DocumentPage#next} of the page before
 * @param limit most items of the page, 1 to {@value #MAXIMUM_LIMIT}
 */
public record DocumentQuery(
    TenantId tenant,
    Optional<DocumentStatus> status,
    Optional<String> collection,
    Optional<DocumentId> after,
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

  /** The first page of all documents of a tenant. */
  public static DocumentQuery of(TenantId tenant) {
    return new DocumentQuery(
        tenant, Optional.empty(), Optional.empty(), Optional.empty(), DEFAULT_LIMIT);
  }
}
