package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.documents.DocumentChange.Kind;
import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Page;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.WriteOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class CachedDocumentsTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final ResourceId ID = new ResourceId(new UUID(7, 1));

  private final List<String> told = new ArrayList<>();
  private WriteOutcome<Document> outcome = new WriteOutcome.NotFound<>();
  private CreateOutcome<Document> created = new CreateOutcome.Unknown<>(ID);
  private final DocumentRepository documents =
      new CachedDocuments(new ScriptedDocuments(), new RecordingCache());

  @Test
  void aSingleReadAsksTheCacheWhichMayAskTheRepository() {
    assertThat(documents.find(TENANT, ID)).contains(document(3));
    assertThat(told).containsExactly("find", "load");
  }

  @Test
  void committedWritesAreToldWithTheirVersion() {
    created = new CreateOutcome.Created<>(document(1));
    documents.create(null);
    outcome = new WriteOutcome.Updated<>(document(2));
    documents.patch(patch(Change.to("new")));
    outcome = new WriteOutcome.Deleted<>(3);
    documents.delete(TENANT, ID, OptionalLong.empty());
    assertThat(told)
        .containsExactly(
            changed(1, Kind.CREATED), changed(2, Kind.UPDATED), changed(3, Kind.DELETED));
  }

  @Test
  void whateverShowsThatACopyMayBeOldMakesTheCacheForget() {
    for (WriteOutcome<Document> each :
        List.<WriteOutcome<Document>>of(
            new WriteOutcome.Unknown<>(),
            new WriteOutcome.NotFound<>(),
            new WriteOutcome.VersionConflict<>(9))) {
      outcome = each;
      documents.patch(patch(Change.to("new")));
      documents.patch(patch(Change.keep()));
      documents.delete(TENANT, ID, OptionalLong.of(1));
    }
    assertThat(told).hasSize(9).containsOnly("uncertain");
  }

  @Test
  void anEmptyPatchThatChangedNothingIsNotTold() {
    outcome = new WriteOutcome.Updated<>(document(3));
    documents.patch(patch(Change.keep()));
    assertThat(told).isEmpty();
  }

  private static String changed(long version, Kind kind) {
    return new DocumentChange(TENANT, ID, version, kind).toString();
  }

  private static PatchDocument patch(Change<String> title) {
    return new PatchDocument(
        TENANT, ID, 1, title, Change.keep(), Change.keep(), Change.keep(), Change.keep());
  }

  private static Document document(long version) {
    return new Document(
        ID,
        TENANT,
        "title",
        "content",
        DocumentStatus.DRAFT,
        null,
        List.of(),
        "author",
        version,
        Instant.EPOCH,
        Instant.EPOCH);
  }

  private final class RecordingCache implements DocumentCache {
    @Override
    public Optional<Document> find(
        TenantId tenant, ResourceId id, Supplier<Optional<Document>> loader) {
      told.add("find");
      return loader.get();
    }

    @Override
    public void changed(DocumentChange change) {
      told.add(change.toString());
    }

    @Override
    public void uncertain(TenantId tenant, ResourceId id) {
      told.add("uncertain");
    }
  }

  private final class ScriptedDocuments implements DocumentRepository {
    @Override
    public CreateOutcome<Document> create(CreateDocument command) {
      return created;
    }

    @Override
    public Optional<Document> find(TenantId tenant, ResourceId id) {
      told.add("load");
      return Optional.of(document(3));
    }

    @Override
    public Page<DocumentSummary> list(DocumentQuery query) {
      return new Page<>(List.of(), Optional.empty());
    }

    @Override
    public WriteOutcome<Document> patch(PatchDocument command) {
      return outcome;
    }

    @Override
    public WriteOutcome<Document> delete(
        TenantId tenant, ResourceId id, OptionalLong expectedVersion) {
      return outcome;
    }
  }
}
