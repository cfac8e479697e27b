package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.knowledgenetwork.collections.Collections;
import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.ReferenceException;
import dev.knowledgenetwork.kernel.ReferenceException.Obstacle;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.ResourceQuery;
import dev.knowledgenetwork.kernel.Resources;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.kernel.WriteOutcome;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import dev.knowledgenetwork.topology.TopologyDocument;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A reference is within a tenant, hence within a bucket: both ends move together, as rows of a
 * publication, whose order across tables nobody promises.
 */
class CollectionMoveIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int SOURCE = 0;
  private static final int TARGET = 1;

  @TempDir private Path directory;

  private TestShards shards;
  private Shards storage;
  private Resources collections;
  private Resources documents;
  private TenantId tenant;
  private int bucket;

  @BeforeEach
  void start() {
    shards = TestShards.startMigrated(2, Migrations.ALL);
    storage =
        Shards.open(shards.settings(shards.writeTopology(directory)), new SimpleMeterRegistry());
    collections = storage.resources(Collections.COLLECTIONS);
    documents = storage.resources(Documents.DOCUMENTS);
    tenant = shards.tenantOn(SOURCE);
    bucket = shards.bucket(tenant);
  }

  @AfterEach
  void stop() {
    storage.close();
    shards.close();
  }

  @Test
  void referencesHoldWhereTheBucketHasMovedTo() throws SQLException {
    ResourceId top = collection(null);
    ResourceId child = collection(top);
    ResourceId gone = collection(null);
    collections.delete(tenant, gone, OptionalLong.empty());
    ResourceId document = document(child);

    copy();
    ResourceId written = document(child);
    ResourceId leaving = document(child);
    documents.delete(tenant, leaving, OptionalLong.empty());
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> count(TARGET, "documents where deleted_at is null") == 2);
    cutOver();

    assertThat(documents.list(ResourceQuery.of(tenant).filtered(in(child))).items())
        .extracting(Resource::id)
        .containsExactly(written, document);
    refused(new Obstacle.InUse("documents"), () -> delete(collections, child));
    refused(new Obstacle.InUse("collections"), () -> delete(collections, top));
    refused(new Obstacle.Broken("collection"), () -> document(gone));
    refused(
        new Obstacle.Circular("parent"),
        () ->
            collections.patch(
                tenant, top, 1, Changes.NONE.with(Collections.PARENT, Change.to(child))));
    delete(documents, document);
    delete(documents, written);
    delete(collections, child);
    delete(collections, top);
  }

  /** What a move leaves behind goes without regard to who refers to whom. */
  @Test
  void theCopyThatStaysBehindIsRemovedInAnyOrder() throws SQLException {
    document(collection(collection(null)));
    copy();
    cutOver();
    shards.execute(
        SOURCE,
        "postgres",
        "set session_replication_role = replica; delete from collections where bucket = %1$d;"
                .formatted(bucket)
            + " delete from documents where bucket = %1$d".formatted(bucket));
    assertThat(count(SOURCE, "collections")).isZero();
    assertThat(count(TARGET, "collections where live")).isEqualTo(2);
  }

  private void copy() throws SQLException {
    shards.execute(
        SOURCE,
        "postgres",
        "create publication moving for table documents where (bucket = %1$d),".formatted(bucket)
            + " collections where (bucket = %1$d)".formatted(bucket));
    int port = shards.topology().shards().get(SOURCE).primary().port();
    shards.execute(
        TARGET,
        "postgres",
        "create subscription moving connection 'host=localhost port=%d dbname=kn user=postgres'"
                .formatted(port)
            + " publication moving");
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> count(TARGET, "pg_subscription_rel where srsubstate = 'r'") == 2);
  }

  private void cutOver() throws SQLException {
    shards.execute(TARGET, "postgres", "drop subscription moving");
    List<Integer> assignment = new ArrayList<>(shards.topology().assignment());
    assignment.set(bucket, TARGET);
    TopologyDocument next = shards.topology().next(shards.topology().shards(), assignment);
    own(SOURCE, "moved");
    own(TARGET, "owned");
    shards.publish(SOURCE, next);
    shards.publish(TARGET, next);
    TestShards.writeTopology(directory, next);
  }

  private void own(int shard, String state) throws SQLException {
    shards.execute(
        shard,
        "postgres",
        "update kn.bucket_owner set state = '%s', epoch = 2, owner = 's1' where bucket = %d"
            .formatted(state, bucket));
  }

  private ResourceId collection(@Nullable ResourceId parent) {
    return id(
        collections.create(
            tenant,
            "ann",
            Values.NONE
                .with(Collections.NAME, "n")
                .with(Collections.DESCRIPTION, "")
                .with(Collections.PARENT, parent)
                .with(Collections.ORDER, 0L)));
  }

  private ResourceId document(ResourceId collection) {
    return id(
        documents.create(
            tenant,
            "ann",
            in(collection)
                .with(Documents.TITLE, "t")
                .with(Documents.CONTENT, "")
                .with(Documents.STATUS, DocumentStatus.DRAFT)
                .with(Documents.TAGS, List.of())));
  }

  private static Values in(ResourceId collection) {
    return Values.NONE.with(Documents.COLLECTION, collection);
  }

  private static ResourceId id(CreateOutcome<Resource> outcome) {
    return ((CreateOutcome.Created<Resource>) outcome).value().id();
  }

  private void delete(Resources of, ResourceId id) {
    assertThat(of.delete(tenant, id, OptionalLong.empty()))
        .isInstanceOf(WriteOutcome.Deleted.class);
  }

  private static void refused(Obstacle obstacle, ThrowingCallable change) {
    assertThatExceptionOfType(ReferenceException.class)
        .isThrownBy(change)
        .returns(obstacle, ReferenceException::obstacle);
  }

  private long count(int shard, String from) throws SQLException {
    try (Connection connection = shards.connect(shard, "postgres");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from " + from)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
