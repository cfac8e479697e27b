package dev.knowledgenetwork.documents;

import static dev.knowledgenetwork.documents.Documents.COLLECTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.collections.Collections;
import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.Resources;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.sharding.Race;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** A document and its collection at once: exactly one of two changes can be made. */
class CollectionRacesIT {
  private static final TenantId TENANT = new TenantId("acme");

  private static TestShards shards;
  private static Shards storage;
  private static Resources collections;
  private static Resources documents;

  @BeforeAll
  static void start(@TempDir Path directory) {
    shards = TestShards.startMigrated(1, Migrations.ALL);
    storage =
        Shards.open(shards.settings(shards.writeTopology(directory)), new SimpleMeterRegistry());
    collections = storage.resources(Collections.COLLECTIONS);
    documents = storage.resources(Documents.DOCUMENTS);
  }

  @AfterAll
  static void stop() {
    storage.close();
    shards.close();
  }

  @RepeatedTest(50)
  void aCollectionIsDeletedOrADocumentIsMadeInItNeverBoth() throws Exception {
    ResourceId collection = collection();
    List<Boolean> made =
        Race.made(() -> delete(collection), () -> create(document().with(COLLECTION, collection)));
    assertThat(made).containsOnlyOnce(true);
    assertThat(collections.find(TENANT, collection).isPresent()).isEqualTo(made.getLast());
  }

  @RepeatedTest(50)
  void aCollectionIsDeletedOrADocumentIsPutInItNeverBoth() throws Exception {
    ResourceId collection = collection();
    ResourceId document = create(document());
    List<Boolean> made = Race.made(() -> delete(collection), () -> file(document, collection));
    assertThat(made).containsOnlyOnce(true);
    assertThat(collections.find(TENANT, collection).isPresent()).isEqualTo(made.getLast());
  }

  private static Object delete(ResourceId collection) {
    return collections.delete(TENANT, collection, OptionalLong.empty());
  }

  private static Object file(ResourceId document, ResourceId collection) {
    return documents.patch(
        TENANT, document, 1, Changes.NONE.with(COLLECTION, Change.to(collection)));
  }

  private static ResourceId create(Values values) {
    return id(documents.create(TENANT, "ann", values));
  }

  private static ResourceId id(CreateOutcome<Resource> outcome) {
    return ((CreateOutcome.Created<Resource>) outcome).value().id();
  }

  private static ResourceId collection() {
    return id(
        collections.create(
            TENANT,
            "ann",
            Values.NONE
                .with(Collections.NAME, "n")
                .with(Collections.DESCRIPTION, "")
                .with(Collections.ORDER, 0L)));
  }

  private static Values document() {
    return Values.NONE
        .with(Documents.TITLE, "t")
        .with(Documents.CONTENT, "")
        .with(Documents.STATUS, DocumentStatus.DRAFT)
        .with(Documents.TAGS, List.of());
  }
}
