package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.collections.Collections;
import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceQuery;
import dev.knowledgenetwork.kernel.Resources;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels that the version before wrote, and goes on to write while this one is rolled out. */
class LabelMigrationIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int BEFORE = 2;

  @TempDir private Path directory;

  private TestShards shards;
  private TenantId tenant;

  @BeforeEach
  void start() {
    shards = TestShards.start(1);
    shards.migrator(Migrations.upTo(BEFORE)).migrate(shards.topology());
    tenant = shards.tenantOn(0);
  }

  @AfterEach
  void stop() {
    shards.close();
  }

  private void migrate() {
    shards.migrator(Migrations.ALL).migrate(shards.topology());
  }

  @Test
  void everyLabelBecomesOneCollectionOfItsTenant() throws SQLException {
    insert("plans", "null", 2_500);
    insert("caf\u00e9", "null", 1);
    insert("cafe\u0301", "null", 1);
    insert("gone", "now()", 1);

    migrate();

    assertThat(filed()).isEqualTo(Map.of("plans", 2_500L, "caf\u00e9", 2L));
    assertThat(count("documents where collection_id is not null and version <> 2")).isZero();
    assertThat(count("documents where deleted_at is not null and collection_id is null")).isOne();
    assertThat(count("pg_constraint where conname = 'documents_collection_fkey' and convalidated"))
        .isOne();
  }

  @Test
  void theSameLabelOfTwoTenantsBecomesTwoCollections() throws SQLException {
    insert("plans", "null", 1_001);
    asBefore(
        """
        insert into documents (bucket, tenant_id, id, title, content, status, author, collection)
        select bucket, 'neighbour', kn.uuidv7(), title, content, status, author, collection
          from documents""");

    migrate();

    assertThat(
            count(
                "(select c.tenant_id from collections c join documents d on"
                    + " (d.bucket, d.tenant_id, d.collection_id) = (c.bucket, c.tenant_id, c.id)"
                    + " group by c.tenant_id, c.id having count(*) = 1001) filed"))
        .isEqualTo(2);
    assertThat(count("collections")).isEqualTo(2);
  }

  /** Of as many collections as there were labels, so not by walking over those of the tenant. */
  @Test
  void theCollectionOfALabelIsLookedUpByItsName() throws SQLException {
    migrate();
    try (Connection connection = shards.connect(0, "postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("set enable_seqscan = off; set enable_bitmapscan = off");
      ResultSet plan =
          statement.executeQuery(
              "explain select id from collections where bucket = 1 and tenant_id = 't'"
                  + " and name = 'n' and deleted_at is null order by id limit 1 for key share");
      StringBuilder lines = new StringBuilder();
      while (plan.next()) {
        lines.append(plan.getString(1));
      }
      assertThat(lines.toString()).contains("collections_by_name").doesNotContain("Sort");
    }
  }

  /** Normal form C makes three code points of this one. */
  @Test
  void theLongestLabelThereIsBecomesAName() throws SQLException {
    insert("\ufb2c".repeat(100), "null", 1);
    migrate();
    assertThat(filed()).isEqualTo(Map.of("\u05e9\u05bc\u05c1".repeat(100), 1L));
  }

  @Test
  void aRowThatIsBeingWrittenIsFiledLaterAndKeepsNoOtherWaiting() throws Exception {
    insert("plans", "null", 1_500);
    shards.migrator(Migrations.upTo(5)).migrate(shards.topology());
    try (Connection pod = shards.connect(0, "kn_app");
        Statement statement = pod.createStatement()) {
      pod.setAutoCommit(false);
      statement.execute("do $$ begin perform from documents limit 1 for update; end $$");
      CompletableFuture<Void> migration = CompletableFuture.runAsync(this::migrate);
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> count("documents where collection_id is not null") == 1_499);
      assertThat(migration).isNotDone();
      pod.commit();
      migration.join();
    }
    assertThat(filed()).isEqualTo(Map.of("plans", 1_500L));
  }

  @Test
  void aMigrationThatWasKilledIsFinishedByTheNext() throws SQLException {
    insert("plans", "null", 10);
    shards.migrator(Migrations.upTo(5)).migrate(shards.topology());
    // As far as it got: one document filed, an index that is not valid, no record.
    shards.execute(
        0,
        "kn_app",
        "update documents set collection_id = documents_collection(bucket, tenant_id, collection)"
            + " where id = (select id from documents limit 1)");
    shards.execute(
        0,
        "kn_migrate",
        "set role kn_owner; create index documents_by_collection_id on documents (collection_id)");

    migrate();

    assertThat(filed()).isEqualTo(Map.of("plans", 10L));
  }

  @Test
  void podsOfTheVersionBeforeGoOnToWriteLabels() throws SQLException {
    migrate();
    insert("plans", "null", 2);
    assertThat(filed()).isEqualTo(Map.of("plans", 2L));

    asBefore("update documents set collection = 'notes'");
    assertThat(filed()).isEqualTo(Map.of("notes", 2L));

    asBefore("update documents set title = 'other'");
    assertThat(filed()).isEqualTo(Map.of("notes", 2L));

    asBefore(
        "update documents set deleted_at = now() where id = (select min(id::text)::uuid from documents)");
    assertThat(filed()).isEqualTo(Map.of("notes", 1L));

    asBefore("update documents set collection = null");
    assertThat(filed()).isEmpty();
  }

  @Test
  void whatThisVersionWritesIsNotTranslatedBack() throws SQLException {
    insert("plans", "null", 1);
    migrate();
    try (Shards storage =
        Shards.open(shards.settings(shards.writeTopology(directory)), new SimpleMeterRegistry())) {
      Resources documents = storage.resources(Documents.DOCUMENTS);
      Resource old = documents.list(ResourceQuery.of(tenant)).items().getFirst();
      Resource plans =
          storage
              .resources(Collections.COLLECTIONS)
              .list(ResourceQuery.of(tenant))
              .items()
              .getFirst();
      assertThat(old.values().find(Documents.COLLECTION)).contains(plans.id());
      assertThat(plans.author()).isEqualTo("migration");

      documents.patch(
          tenant, old.id(), old.version(), Changes.NONE.with(Documents.COLLECTION, Change.clear()));

      assertThat(documents.find(tenant, old.id()).orElseThrow().values().find(Documents.COLLECTION))
          .isEmpty();
    }
  }

  @Test
  void labelsThatAreWrittenWhileItRunsAreTranslatedToo() throws Exception {
    insert("plans", "null", 3_000);
    AtomicBoolean migrated = new AtomicBoolean();
    try (ExecutorService pods = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> written =
          List.of(
              pods.submit(() -> relabelUntil(migrated, "a")),
              pods.submit(() -> relabelUntil(migrated, "b")));
      try {
        migrate();
      } finally {
        migrated.set(true);
      }
      for (Future<Integer> each : written) {
        assertThat(each.get()).isPositive();
      }
    }
    assertThat(
            count(
                "documents d left join collections c on c.id = d.collection_id"
                    + " where c.name is distinct from d.collection"))
        .isZero();
    assertThat(count("(select name from collections group by name having count(*) > 1) twice"))
        .isZero();
  }

  /** One document after the other gets the label, each by itself, as a pod would write. */
  private int relabelUntil(AtomicBoolean end, String label) throws SQLException {
    int written = 0;
    try (Connection connection = shards.connect(0, "kn_app");
        PreparedStatement statement =
            connection.prepareStatement(
                "update documents set collection = ?, version = version + 1 where id ="
                    + " (select id from documents order by random() limit 1)")) {
      while (!end.get()) {
        statement.setString(1, label);
        written += statement.executeUpdate();
      }
    }
    return written;
  }

  /** Documents of a label, as the version before writes them. */
  private void insert(String label, String deletedAt, int count) throws SQLException {
    asBefore(
        """
        insert into documents
          (bucket, tenant_id, id, title, content, status, author, collection, deleted_at)
        select %d, '%s', kn.uuidv7(), 't', '', 'DRAFT', 'a', '%s', %s from generate_series(1, %d)
        """
            .formatted(shards.bucket(tenant), tenant, label, deletedAt, count));
  }

  private void asBefore(String sql) throws SQLException {
    shards.execute(0, "kn_app", sql);
  }

  /** How many documents are in the collection of each name. */
  private Map<String, Long> filed() throws SQLException {
    Map<String, Long> filed = new HashMap<>();
    try (Connection connection = shards.connect(0, "postgres");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select c.name, count(*) from collections c join documents d"
                    + " on (d.bucket, d.tenant_id, d.collection_id) = (c.bucket, c.tenant_id, c.id)"
                    + " group by c.id, c.name")) {
      while (rows.next()) {
        assertThat(filed.put(rows.getString(1), rows.getLong(2))).isNull();
      }
    }
    return filed;
  }

  private long count(String from) throws SQLException {
    try (Connection connection = shards.connect(0, "postgres");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from " + from)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
