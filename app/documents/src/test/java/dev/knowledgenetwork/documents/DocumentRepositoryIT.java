package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Page;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.WriteOutcome;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of {@link DocumentRepository} on two real shards. */
class DocumentRepositoryIT {
  private static TestShards shards;
  private static Shards storage;
  private static DocumentRepository documents;

  private TenantId tenant;

  @BeforeAll
  static void start(@TempDir Path directory) {
    shards = TestShards.startMigrated(2, new Documents().migrations());
    storage =
        Shards.open(shards.settings(shards.writeTopology(directory)), new SimpleMeterRegistry());
    documents = new StoredDocuments(storage);
  }

  @AfterAll
  static void stop() {
    storage.close();
    shards.close();
  }

  @BeforeEach
  void freshTenant() {
    tenant = new TenantId(UUID.randomUUID().toString());
  }

  @Test
  void whatIsCreatedIsFound() {
    Document made = create("Ωμέγα 😀", "text", "plans", List.of("b", "a, \"quoted\" {}"));
    assertThat(made.version()).isEqualTo(1);
    assertThat(made.tags()).containsExactly("b", "a, \"quoted\" {}");
    assertThat(made.updatedAt()).isEqualTo(made.createdAt());
    assertThat(documents.find(tenant, made.id())).contains(made);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aDocumentLiesOnTheShardOfItsBucketAndNowhereElse(int shard) throws SQLException {
    tenant = shards.tenantOn(shard);
    Document made = create("here");
    assertThat(rows(shard, made.id())).isOne();
    assertThat(rows(1 - shard, made.id())).isZero();
    assertThat(documents.find(tenant, made.id())).contains(made);
  }

  @Test
  void anotherTenantSeesNothingOfIt() {
    Document made = create("secret");
    TenantId other = new TenantId("other-" + tenant);
    assertThat(documents.find(other, made.id())).isEmpty();
    assertThat(documents.list(DocumentQuery.of(other)).items()).isEmpty();
    assertThat(documents.patch(retitle(other, made.id(), 1, "mine")))
        .isEqualTo(new WriteOutcome.NotFound<>());
    assertThat(documents.delete(other, made.id(), OptionalLong.empty()))
        .isEqualTo(new WriteOutcome.NotFound<>());
    assertThat(documents.find(tenant, made.id())).contains(made);
  }

  @Test
  void aPatchChangesWhatItNamesAndCountsTheVersion() {
    Document made = create("old", "text", "plans", List.of("t"));
    PatchDocument patch =
        new PatchDocument(
            tenant,
            made.id(),
            1,
            Change.to("new"),
            Change.keep(),
            Change.to(DocumentStatus.PUBLISHED),
            Change.clear(),
            Change.to(List.of("u", "v")));
    Document patched = ((WriteOutcome.Updated<Document>) documents.patch(patch)).value();
    assertThat(patched)
        .isEqualTo(
            new Document(
                made.id(),
                tenant,
                "new",
                "text",
                DocumentStatus.PUBLISHED,
                null,
                List.of("u", "v"),
                made.author(),
                2,
                made.createdAt(),
                patched.updatedAt()));
    assertThat(patched.updatedAt()).isAfter(made.updatedAt());
    assertThat(documents.find(tenant, made.id())).contains(patched);
  }

  @Test
  void aPatchOfAnotherVersionIsAConflictAndChangesNothing() {
    Document made = create("one");
    assertThat(documents.patch(retitle(tenant, made.id(), 7, "two")))
        .isEqualTo(new WriteOutcome.VersionConflict<>(1));
    assertThat(documents.find(tenant, made.id())).contains(made);
  }

  @Test
  void anEmptyPatchChecksTheVersionAndKeepsIt() {
    Document made = create("one");
    assertThat(documents.patch(nothing(made.id(), 1))).isEqualTo(new WriteOutcome.Updated<>(made));
    assertThat(documents.patch(nothing(made.id(), 2)))
        .isEqualTo(new WriteOutcome.VersionConflict<>(1));
    assertThat(documents.patch(nothing(new ResourceId(UUID.randomUUID()), 1)))
        .isEqualTo(new WriteOutcome.NotFound<>());
  }

  @Test
  void ofManyPatchesOfOneVersionExactlyOneWins() throws Exception {
    Document made = create("start");
    List<Callable<WriteOutcome<Document>>> rivals = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String title = "rival " + i;
      rivals.add(() -> documents.patch(retitle(tenant, made.id(), 1, title)));
    }
    List<WriteOutcome<Document>> outcomes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<WriteOutcome<Document>> rival : threads.invokeAll(rivals)) {
        outcomes.add(rival.get());
      }
    }
    assertThat(outcomes).filteredOn(WriteOutcome.Updated.class::isInstance).hasSize(1);
    assertThat(outcomes).filteredOn(new WriteOutcome.VersionConflict<>(2)::equals).hasSize(49);
    assertThat(documents.find(tenant, made.id())).get().extracting(Document::version).isEqualTo(2L);
  }

  @Test
  void aDeletedDocumentIsGoneForEveryCallButItsRowRemains() throws SQLException {
    tenant = shards.tenantOn(0);
    Document made = create("gone soon");
    assertThat(documents.delete(tenant, made.id(), OptionalLong.of(9)))
        .isEqualTo(new WriteOutcome.VersionConflict<>(1));
    assertThat(documents.delete(tenant, made.id(), OptionalLong.of(1)))
        .isEqualTo(new WriteOutcome.Deleted<>(2));
    assertThat(documents.find(tenant, made.id())).isEmpty();
    assertThat(documents.list(DocumentQuery.of(tenant)).items())
        .extracting(DocumentSummary::id)
        .doesNotContain(made.id());
    assertThat(documents.patch(retitle(tenant, made.id(), 2, "back")))
        .isEqualTo(new WriteOutcome.NotFound<>());
    assertThat(documents.delete(tenant, made.id(), OptionalLong.empty()))
        .isEqualTo(new WriteOutcome.NotFound<>());
    assertThat(rows(0, made.id())).isOne();
  }

  @Test
  void pagesHoldEveryDocumentOnceNewestFirst() {
    List<ResourceId> made = new ArrayList<>();
    for (int i = 0; i < 23; i++) {
      made.addFirst(create("document " + i).id());
    }
    List<ResourceId> seen = new ArrayList<>();
    Optional<ResourceId> after = Optional.empty();
    int pages = 0;
    do {
      Page<DocumentSummary> page =
          documents.list(query(Optional.empty(), Optional.empty(), after, 5));
      page.items().forEach(item -> seen.add(item.id()));
      after = page.next();
      pages++;
      // New documents are newer than the cursor and disturb nothing.
      create("meanwhile");
    } while (after.isPresent());
    assertThat(seen).isEqualTo(made);
    assertThat(pages).isEqualTo(5);
  }

  @Test
  void aPageThatIsJustFullIsTheLast() {
    create("a");
    create("b");
    assertThat(
            documents.list(query(Optional.empty(), Optional.empty(), Optional.empty(), 2)).next())
        .isEmpty();
    assertThat(
            documents.list(query(Optional.empty(), Optional.empty(), Optional.empty(), 1)).next())
        .isPresent();
  }

  @Test
  void filtersCombine() {
    Document plain = create("plain");
    Document filed = create("filed", "", "plans", List.of());
    Document published =
        ((WriteOutcome.Updated<Document>)
                documents.patch(
                    new PatchDocument(
                        tenant,
                        filed.id(),
                        1,
                        Change.keep(),
                        Change.keep(),
                        Change.to(DocumentStatus.PUBLISHED),
                        Change.keep(),
                        Change.keep())))
            .value();
    Document other = create("filed too", "", "plans", List.of());
    Optional<DocumentStatus> draft = Optional.of(DocumentStatus.DRAFT);
    assertThat(ids(query(draft, Optional.empty(), Optional.empty(), 10)))
        .containsExactly(other.id(), plain.id());
    assertThat(ids(query(Optional.empty(), Optional.of("plans"), Optional.empty(), 10)))
        .containsExactly(other.id(), published.id());
    assertThat(ids(query(draft, Optional.of("plans"), Optional.empty(), 10)))
        .containsExactly(other.id());
    assertThat(ids(query(draft, Optional.of("plans"), Optional.of(other.id()), 10))).isEmpty();
  }

  @Test
  void hostileTextIsOnlyText() {
    String hostile = "'); drop table documents; -- \\ $1 ? %s {} \u00a0";
    Document made = create(hostile, hostile, "c'c", List.of("t'"));
    assertThat(documents.find(tenant, made.id())).contains(made);
    assertThat(ids(query(Optional.empty(), Optional.of("c'c"), Optional.empty(), 10)))
        .containsExactly(made.id());
  }

  @Test
  void aCommandThatBreaksTheRulesReachesNoTableAndItsErrorQuotesNothing() {
    assertThatThrownBy(() -> create("", "secret text", null, List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("23514")
        .hasStackTraceContaining("PSQLException")
        .satisfies(e -> assertThat(e.getCause().getMessage()).doesNotContain("secret text"));
  }

  private Document create(String title) {
    return create(title, "", null, List.of());
  }

  private Document create(String title, String content, String collection, List<String> tags) {
    CreateOutcome<Document> outcome =
        documents.create(
            new CreateDocument(
                tenant, "author", title, content, DocumentStatus.DRAFT, collection, tags));
    return ((CreateOutcome.Created<Document>) outcome).value();
  }

  private PatchDocument nothing(ResourceId id, long version) {
    return new PatchDocument(
        tenant,
        id,
        version,
        Change.keep(),
        Change.keep(),
        Change.keep(),
        Change.keep(),
        Change.keep());
  }

  private static PatchDocument retitle(TenantId tenant, ResourceId id, long version, String title) {
    return new PatchDocument(
        tenant,
        id,
        version,
        Change.to(title),
        Change.keep(),
        Change.keep(),
        Change.keep(),
        Change.keep());
  }

  private DocumentQuery query(
      Optional<DocumentStatus> status,
      Optional<String> collection,
      Optional<ResourceId> after,
      int limit) {
    return new DocumentQuery(tenant, status, collection, after, limit);
  }

  private static List<ResourceId> ids(DocumentQuery query) {
    return documents.list(query).items().stream().map(DocumentSummary::id).toList();
  }

  private static long rows(int shard, ResourceId id) throws SQLException {
    try (Connection connection = shards.connect(shard, "postgres");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("select count(*) from documents where id = '" + id + "'")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
