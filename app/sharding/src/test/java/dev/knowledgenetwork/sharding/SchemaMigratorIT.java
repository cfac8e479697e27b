package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SchemaMigratorIT {
  private static final String VALID =
      "select count(*) from pg_index where indisvalid"
          + " and indexrelid = to_regclass('notes_by_label')";

  private TestShards shards;

  @BeforeEach
  void start() {
    shards = TestShards.start(2);
  }

  @AfterEach
  void stop() {
    shards.close();
  }

  @Test
  void allShardsAreMigratedAndASecondRunDoesNothing() throws SQLException {
    List<String> progress = new ArrayList<>();
    SchemaMigrator migrator =
        new SchemaMigrator(
            Migrations.ofPlatform(Notes.MIGRATIONS),
            TestShards.credentials("kn_migrate"),
            new TransportSecurity.Plaintext(),
            progress::add);
    migrator.migrate(shards.topology());
    migrator.migrate(shards.topology());
    assertThat(progress.stream().map(line -> line.replaceAll(" in \\d+ ms", "")))
        .containsExactly(
            "shard s0 (1/2): migrating",
            "shard s0 (1/2): version 2, 2 applied",
            "shard s1 (2/2): migrating",
            "shard s1 (2/2): version 2, 2 applied",
            "shard s0 (1/2): migrating",
            "shard s0 (1/2): version 2, 0 applied",
            "shard s1 (2/2): migrating",
            "shard s1 (2/2): version 2, 0 applied");
    for (int shard = 0; shard < 2; shard++) {
      assertThat(number(shard, VALID)).isOne();
      assertThat(
              number(
                  shard,
                  "select count(*) from pg_tables where schemaname = 'public'"
                      + " and tableowner <> 'kn_owner'"))
          .isZero();
    }
  }

  @Test
  void aRunThatIsKilledWhileItBuildsAnIndexIsFinishedByTheNext() throws Exception {
    shards.migrator(Notes.MIGRATIONS).migrate(shards.topology());
    forgetSecondMigration();
    try (Connection reader = shards.connect(0, "postgres");
        Statement reading = reader.createStatement()) {
      // A transaction that has written keeps CREATE INDEX CONCURRENTLY waiting half-way.
      reader.setAutoCommit(false);
      reading.execute("lock table notes in row exclusive mode");
      reading.execute("select pg_current_xact_id()");
      CompletableFuture<Void> run = migrateAside();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () ->
                  number(0, "select count(*) from pg_index where not indisvalid")
                          + number(
                              0,
                              "select count(*) from pg_stat_activity where usename = 'kn_migrate'"
                                  + " and query like '%concurrently%' and wait_event_type = 'Lock'")
                      >= 1);
      shards.disconnect(0, "kn_migrate");
      assertThatThrownBy(run::join)
          .hasCauseInstanceOf(MigrationFailedException.class)
          .cause()
          .isInstanceOfSatisfying(
              MigrationFailedException.class, e -> assertThat(e.shard()).isEqualTo("s0"));
      reader.rollback();
    }
    shards.migrator(Notes.MIGRATIONS).migrate(shards.topology());
    assertThat(number(0, VALID)).isOne();
    assertThat(number(0, "select count(*) from pg_index where not indisvalid")).isZero();
    assertThat(number(0, "select count(*) from flyway_schema_history where version = '2'")).isOne();
  }

  @Test
  void anInvalidIndexLeftByACrashIsBuiltAnew() throws SQLException {
    shards.migrator(Notes.MIGRATIONS).migrate(shards.topology());
    forgetSecondMigration();
    shards.execute(
        0,
        "postgres",
        "create index notes_by_label on notes (id);"
            + " update pg_index set indisvalid = false"
            + " where indexrelid = 'notes_by_label'::regclass");
    shards.execute(0, "postgres", "alter index notes_by_label owner to kn_owner");
    shards.migrator(Notes.MIGRATIONS).migrate(shards.topology());
    assertThat(number(0, VALID)).isOne();
  }

  @Test
  void twoRunsAtOnceAreOne() throws SQLException {
    List<CompletableFuture<Void>> runs = Stream.generate(() -> migrateAside()).limit(3).toList();
    runs.forEach(CompletableFuture::join);
    assertThat(number(0, "select count(*) from flyway_schema_history where type = 'SQL'"))
        .isEqualTo(2);
    assertThat(number(1, VALID)).isOne();
  }

  @Test
  void aScriptThatWasChangedAfterItWasAppliedFailsTheRun() throws SQLException {
    shards.migrator(Notes.MIGRATIONS).migrate(shards.topology());
    shards.execute(
        1, "postgres", "update flyway_schema_history set checksum = 1 where version = '1'");
    assertThatThrownBy(() -> shards.migrator(Notes.MIGRATIONS).migrate(shards.topology()))
        .isInstanceOfSatisfying(
            MigrationFailedException.class, e -> assertThat(e.shard()).isEqualTo("s1"))
        .hasMessageContaining("V1 (notes) was applied from another script");
  }

  private CompletableFuture<Void> migrateAside() {
    return CompletableFuture.runAsync(
        () -> shards.migrator(Notes.MIGRATIONS).migrate(shards.topology()),
        Thread::startVirtualThread);
  }

  private void forgetSecondMigration() throws SQLException {
    shards.execute(
        0,
        "postgres",
        "drop index notes_by_label;" + " delete from flyway_schema_history where version = '2'");
  }

  private long number(int shard, String sql) throws SQLException {
    try (Connection connection = shards.connect(shard, "postgres");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
