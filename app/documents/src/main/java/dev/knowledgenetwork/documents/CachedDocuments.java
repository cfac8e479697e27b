package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.documents.DocumentChange.Kind;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Page;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.WriteOutcome;
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
  public CreateOutcome<Document> create(CreateDocument command) {
    CreateOutcome<Document> outcome = documents.create(command);
    switch (outcome) {
      case CreateOutcome.Created<Document>(Document made) ->
          cache.changed(change(made.tenant(), made.id(), made.version(), Kind.CREATED));
      case CreateOutcome.Unknown<Document>(ResourceId id) -> cache.uncertain(command.tenant(), id);
    }
    return outcome;
  }

  @Override
  public Optional<Document> find(TenantId tenant, ResourceId id) {
    return cache.find(tenant, id, () -> documents.find(tenant, id));
  }

  @Override
  public Page<DocumentSummary> list(DocumentQuery query) {
    return documents.list(query);
  }

  @Override
  public WriteOutcome<Document> patch(PatchDocument command) {
    WriteOutcome<Document> outcome = documents.patch(command);
    // An empty patch that meets its version changed nothing and says nothing new.
    if (!command.isEmpty() || !(outcome instanceof WriteOutcome.Updated)) {
      tell(command.tenant(), command.id(), outcome);
    }
    return outcome;
  }

  @Override
  public WriteOutcome<Document> delete(
      TenantId tenant, ResourceId id, OptionalLong expectedVersion) {
    WriteOutcome<Document> outcome = documents.delete(tenant, id, expectedVersion);
    tell(tenant, id, outcome);
    return outcome;
  }

  private void tell(TenantId tenant, ResourceId id, WriteOutcome<Document> outcome) {
    switch (outcome) {
      case WriteOutcome.Updated<Document>(Document document) ->
          cache.changed(change(tenant, id, document.version(), Kind.UPDATED));
      case WriteOutcome.Deleted<Document>(long version) ->
          cache.changed(change(tenant, id, version, Kind.DELETED));
      case WriteOutcome.Unknown<Document> ignored -> cache.uncertain(tenant, id);
      // The caller was told something newer than a cached copy might say.
      case WriteOutcome.NotFound<Document> ignored -> cache.uncertain(tenant, id);
      case WriteOutcome.VersionConflict<Document> ignored -> cache.uncertain(tenant, id);
    }
  }

  private static DocumentChange change(TenantId tenant, ResourceId id, long version, Kind kind) {
    return new DocumentChange(tenant, id, version, kind);
  }
}
