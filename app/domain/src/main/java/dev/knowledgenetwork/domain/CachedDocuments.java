package dev.knowledgenetwork.domain;

import dev.knowledgenetwork.domain.DocumentChange.Kind;
import java.util.Optional;
import java.util.OptionalLong;

/** Repository with a cache in front: single reads come from the cache, writes tell it. */
public final class CachedDocuments implements DocumentRepository {
  private final DocumentRepository documents;
  private final DocumentCache cache;

  /**
   * Puts a cache in front of a repository.
   *
   * @param documents the truth
   * @param cache what is asked first
   */
  public CachedDocuments(DocumentRepository documents, DocumentCache cache) {
    this.documents = documents;
    this.cache = cache;
  }

  @Override
  public CreateOutcome create(CreateDocument command) {
    CreateOutcome outcome = documents.create(command);
    switch (outcome) {
      case CreateOutcome.Created(Document made) ->
          cache.changed(change(made.tenant(), made.id(), made.version(), Kind.CREATED));
      case CreateOutcome.Unknown(DocumentId id) -> cache.uncertain(command.tenant(), id);
    }
    return outcome;
  }

  @Override
  public Optional<Document> find(TenantId tenant, DocumentId id) {
    return cache.find(tenant, id, () -> documents.find(tenant, id));
  }

  @Override
  public DocumentPage list(DocumentQuery query) {
    return documents.list(query);
  }

  @Override
  public WriteOutcome patch(PatchDocument command) {
    WriteOutcome outcome = documents.patch(command);
    // An empty patch that meets its version changed nothing and says nothing new.
    if (!command.isEmpty() || !(outcome instanceof WriteOutcome.Updated)) {
      tell(command.tenant(), command.id(), outcome);
    }
    return outcome;
  }

  @Override
  public WriteOutcome delete(TenantId tenant, DocumentId id, OptionalLong expectedVersion) {
    WriteOutcome outcome = documents.delete(tenant, id, expectedVersion);
    tell(tenant, id, outcome);
    return outcome;
  }

  private void tell(TenantId tenant, DocumentId id, WriteOutcome outcome) {
    switch (outcome) {
      case WriteOutcome.Updated(Document document) ->
          cache.changed(change(tenant, id, document.version(), Kind.UPDATED));
      case WriteOutcome.Deleted(long version) ->
          cache.changed(change(tenant, id, version, Kind.DELETED));
      case WriteOutcome.Unknown ignored -> cache.uncertain(tenant, id);
      // The caller was told something newer than a cached copy might say.
      case WriteOutcome.NotFound ignored -> cache.uncertain(tenant, id);
      case WriteOutcome.VersionConflict ignored -> cache.uncertain(tenant, id);
    }
  }

  private static DocumentChange change(TenantId tenant, DocumentId id, long version, Kind kind) {
    return new DocumentChange(tenant, id, version, kind);
  }
}
