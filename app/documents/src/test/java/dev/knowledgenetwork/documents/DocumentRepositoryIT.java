package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.collections.Collections;
import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Page;
import dev.knowledgenetwork.kernel.Position;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.ResourceQuery;
import dev.knowledgenetwork.kernel.Resources;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of {@link Resources} on two real shards, with the fields of documents. */
class DocumentRepositoryIT {
  private static TestShards shards;
  private static Shards storage;
  private static Resources documents;

  private TenantId tenant;

  @BeforeAll
  static void start(@TempDir Path directory) {
    shards = TestShards.startMigrated(2, Migrations.ALL);
    storage =
        Shards.open(shards.settings(shards.writeTopology(directory)), new SimpleMeterRegistry());
    documents = storage.resources(Documents.DOCUMENTS);
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
    Resource made =
        create("Ωμέγα 😀", "text", collection("plans"), List.of("b", "a, \"quoted\" {}"));
    assertThat(made.version()).isEqualTo(1);
    assertThat(made.get(Documents.TAGS)).containsExactly("b", "a, \"quoted\" {}");
    assertThat(made.updatedAt()).isEqualTo(made.createdAt());
    assertThat(documents.find(tenant, made.id())).contains(made);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aDocumentLiesOnTheShardOfItsBucketAndNowhereElse(int shard) throws SQLException {
    tenant = shards.tenantOn(shard);
    Resource made = create("here");
    assertThat(rows(shard, made.id())).isOne();
    assertThat(rows(1 - shard, made.id())).isZero();
    assertThat(documents.find(tenant, made.id())).contains(made);
  }

  @Test
  void anotherTenantSeesNothingOfIt() {
    Resource made = create("secret");
    TenantId other = new TenantId("other-" + tenant);
    assertThat(documents.find(other, made.id())).isEmpty();
    assertThat(documents.list(ResourceQuery.of(other)).items()).isEmpty();
    assertThat(documents.patch(other, made.id(), 1, retitled("mine")))
        .isEqualTo(new WriteOutcome.NotFound<>());
    assertThat(documents.delete(other, made.id(), OptionalLong.empty()))
        .isEqualTo(new WriteOutcome.NotFound<>());
    assertThat(documents.find(tenant, made.id())).contains(made);
  }

  @Test
  void aPatchChangesWhatItNamesAndCountsTheVersion() {
    Resource made = create("old", "text", collection("plans"), List.of("t"));
    Changes patch =
        Changes.NONE
            .with(Documents.TITLE, Change.to("new"))
            .with(Documents.STATUS, Change.to(DocumentStatus.PUBLISHED))
            .with(Documents.COLLECTION, Change.clear())
            .with(Documents.TAGS, Change.to(List.of("u", "v")));
    Resource patched = patched(made, patch);
    assertThat(patched)
        .isEqualTo(
            new Resource(
                made.id(),
                tenant,
                values("new", "text", null, List.of("u", "v"))
                    .with(Documents.STATUS, DocumentStatus.PUBLISHED),
                made.author(),
                2,
                made.createdAt(),
                patched.updatedAt()));
    assertThat(patched.updatedAt()).isAfter(made.updatedAt());
    assertThat(documents.find(tenant, made.id())).contains(patched);
  }

  @Test
  void aPatchOfAnotherVersionIsAConflictAndChangesNothing() {
    Resource made = create("one");
    assertThat(documents.patch(tenant, made.id(), 7, retitled("two")))
        .isEqualTo(new WriteOutcome.VersionConflict<>(1));
    assertThat(documents.find(tenant, made.id())).contains(made);
  }

  @Test
  void anEmptyPatchChecksTheVersionAndKeepsIt() {
    Resource made = create("one");
    assertThat(documents.patch(tenant, made.id(), 1, Changes.NONE))
        .isEqualTo(new WriteOutcome.Updated<>(made));
    assertThat(documents.patch(tenant, made.id(), 2, Changes.NONE))
        .isEqualTo(new WriteOutcome.VersionConflict<>(1));
    assertThat(documents.patch(tenant, new ResourceId(UUID.randomUUID()), 1, Changes.NONE))
        .isEqualTo(new WriteOutcome.NotFound<>());
  }

  @Test
  void ofManyPatchesOfOneVersionExactlyOneWins() throws Exception {
    Resource made = create("start");
    List<Callable<WriteOutcome<Resource>>> rivals = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String title = "rival " + i;
      rivals.add(() -> documents.patch(tenant, made.id(), 1, retitled(title)));
    }
    List<WriteOutcome<Resource>> outcomes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<WriteOutcome<Resource>> rival : threads.invokeAll(rivals)) {
        outcomes.add(rival.get());
      }
    }
    assertThat(outcomes).filteredOn(WriteOutcome.Updated.class::isInstance).hasSize(1);
    assertThat(outcomes).filteredOn(new WriteOutcome.VersionConflict<>(2)::equals).hasSize(49);
    assertThat(documents.find(tenant, made.id())).get().extracting(Resource::version).isEqualTo(2L);
  }

  @Test
  void aDeletedDocumentIsGoneForEveryCallButItsRowRemains() throws SQLException {
    tenant = shards.tenantOn(0);
    Resource made = create("gone soon");
    assertThat(documents.delete(tenant, made.id(), OptionalLong.of(9)))
        .isEqualTo(new WriteOutcome.VersionConflict<>(1));
    assertThat(documents.delete(tenant, made.id(), OptionalLong.of(1)))
        .isEqualTo(new WriteOutcome.Deleted<>(2));
    assertThat(documents.find(tenant, made.id())).isEmpty();
    assertThat(documents.list(ResourceQuery.of(tenant)).items())
        .extracting(Resource::id)
        .doesNotContain(made.id());
    assertThat(documents.patch(tenant, made.id(), 2, retitled("back")))
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
    Optional<Position> after = Optional.empty();
    int pages = 0;
    do {
      Page<Resource> page = documents.list(query(Optional.empty(), Optional.empty(), after, 5));
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
    Resource plain = create("plain");
    ResourceId plans = collection("plans");
    Resource filed = create("filed", "", plans, List.of());
    Resource published =
        patched(filed, Changes.NONE.with(Documents.STATUS, Change.to(DocumentStatus.PUBLISHED)));
    Resource other = create("filed too", "", plans, List.of());
    Optional<DocumentStatus> draft = Optional.of(DocumentStatus.DRAFT);
    assertThat(ids(query(draft, Optional.empty(), Optional.empty(), 10)))
        .containsExactly(other.id(), plain.id());
    assertThat(ids(query(Optional.empty(), Optional.of(plans), Optional.empty(), 10)))
        .containsExactly(other.id(), published.id());
    assertThat(ids(query(draft, Optional.of(plans), Optional.empty(), 10)))
        .containsExactly(other.id());
    assertThat(ids(query(draft, Optional.of(plans), Optional.of(Position.at(other.id())), 10)))
        .isEmpty();
  }

  @Test
  void hostileTextIsOnlyText() {
    String hostile = "'); drop table documents; -- \\ $1 ? %s {} \u00a0";
    Resource made = create(hostile, hostile, null, List.of("t'"));
    assertThat(documents.find(tenant, made.id())).contains(made);
  }

  @Test
  void aCommandThatBreaksTheRulesReachesNoTableAndItsErrorQuotesNothing() {
    assertThatThrownBy(() -> create("", "secret text", null, List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("23514")
        .hasStackTraceContaining("PSQLException")
        .satisfies(e -> assertThat(e.getCause().getMessage()).doesNotContain("secret text"));
  }

  private Resource create(String title) {
    return create(title, "", null, List.of());
  }

  private Resource create(
      String title, String content, @Nullable ResourceId collection, List<String> tags) {
    CreateOutcome<Resource> outcome =
        documents.create(tenant, "author", values(title, content, collection, tags));
    return ((CreateOutcome.Created<Resource>) outcome).value();
  }

  private static Values values(
      String title, String content, @Nullable ResourceId collection, List<String> tags) {
    return Values.NONE
        .with(Documents.TITLE, title)
        .with(Documents.CONTENT, content)
        .with(Documents.STATUS, DocumentStatus.DRAFT)
        .with(Documents.COLLECTION, collection)
        .with(Documents.TAGS, tags);
  }

  private ResourceId collection(String name) {
    Values values =
        Values.NONE
            .with(Collections.NAME, name)
            .with(Collections.DESCRIPTION, "")
            .with(Collections.ORDER, 0L);
    CreateOutcome<Resource> outcome =
        storage.resources(Collections.COLLECTIONS).create(tenant, "author", values);
    return ((CreateOutcome.Created<Resource>) outcome).value().id();
  }

  private Resource patched(Resource document, Changes changes) {
    return ((WriteOutcome.Updated<Resource>)
            documents.patch(tenant, document.id(), document.version(), changes))
        .value();
  }

  private static Changes retitled(String title) {
    return Changes.NONE.with(Documents.TITLE, Change.to(title));
  }

  private ResourceQuery query(
      Optional<DocumentStatus> status,
      Optional<ResourceId> collection,
      Optional<Position> after,
      int limit) {
    Values filters =
        Values.NONE
            .with(Documents.STATUS, status.orElse(null))
            .with(Documents.COLLECTION, collection.orElse(null));
    return new ResourceQuery(tenant, filters, Set.of(), Optional.empty(), after, limit);
  }

  private static List<ResourceId> ids(ResourceQuery query) {
    return documents.list(query).items().stream().map(Resource::id).toList();
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
