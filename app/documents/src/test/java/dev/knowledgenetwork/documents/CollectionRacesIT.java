package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.collections.Collections;
import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.ReferenceException;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.Resources;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** Two changes at once, both about the same collections, of which exactly one can be made. */
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
  void aCollectionIsDeletedOrADocumentIsPutInItNeverBoth() throws Exception {
    ResourceId collection = collection();
    List<Boolean> succeeded =
        together(
            () -> collections.delete(TENANT, collection, OptionalLong.empty()),
            () -> documents.create(TENANT, "ann", document(collection)));
    assertThat(succeeded).containsOnlyOnce(true);
    assertThat(collections.find(TENANT, collection).isPresent()).isEqualTo(succeeded.getLast());
  }

  @RepeatedTest(50)
  void twoMovesThatWouldCloseACircleAreNotBothMade() throws Exception {
    ResourceId one = collection();
    ResourceId other = collection();
    assertThat(together(() -> move(one, other), () -> move(other, one))).containsOnlyOnce(true);
  }

  private static Object move(ResourceId collection, ResourceId parent) {
    return collections.patch(
        TENANT, collection, 1, Changes.NONE.with(Collections.PARENT, Change.to(parent)));
  }

  private static ResourceId collection() {
    CreateOutcome<Resource> outcome =
        collections.create(
            TENANT,
            "ann",
            Values.NONE
                .with(Collections.NAME, "n")
                .with(Collections.DESCRIPTION, "")
                .with(Collections.ORDER, 0L));
    return ((CreateOutcome.Created<Resource>) outcome).value().id();
  }

  private static Values document(ResourceId collection) {
    return Values.NONE
        .with(Documents.TITLE, "t")
        .with(Documents.CONTENT, "")
        .with(Documents.STATUS, DocumentStatus.DRAFT)
        .with(Documents.COLLECTION, collection)
        .with(Documents.TAGS, List.of());
  }

  /** Which of two succeeded that ran at once; the others were refused because of references. */
  private static List<Boolean> together(Callable<Object> one, Callable<Object> other)
      throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> first = threads.submit(() -> succeeds(one));
      Future<Boolean> second = threads.submit(() -> succeeds(other));
      return List.of(first.get(), second.get());
    }
  }

  private static boolean succeeds(Callable<Object> change) throws Exception {
    try {
      change.call();
      return true;
    } catch (ReferenceException e) {
      return false;
    }
  }
}
