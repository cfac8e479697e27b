package dev.knowledgenetwork.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.domain.TenantId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** The database alone keeps a wrong or stale router out. All statements run as kn_app. */
class FenceIT {
  private static TestShards shards;
  private static TenantId tenant;
  private static int here;
  private static int elsewhere;

  private Connection app;

  @BeforeAll
  static void start() {
    shards = TestShards.startMigrated(1);
    tenant = shards.tenantOn(0);
    here = shards.bucket(tenant);
    elsewhere = (here + 1) % 4096;
  }

  @AfterAll
  static void stop() {
    shards.close();
  }

  @BeforeEach
  void connect() throws SQLException {
    setState(elsewhere, "moved", 2, "s1");
    app = shards.connect(0, "kn_app");
  }

  @AfterEach
  void disconnect() throws SQLException {
    app.close();
    setState(here, "owned", 1, "s0");
  }

  @Test
  void enter_at_the_wrong_shard_is_refused_and_tells_where_the_bucket_is() {
    String detail =
        "{\"bucket\" : %d, \"state\" : \"moved\", \"epoch\" : 2, \"owner\" : \"s1\"}"
            .formatted(elsewhere);
    assertThatThrownBy(() -> run("select kn.enter(" + elsewhere + ", 1)"))
        .isInstanceOfSatisfying(
            PSQLException.class,
            e -> {
              assertThat(e.getSQLState()).isEqualTo("KN001");
              assertThat(e.getServerErrorMessage().getDetail()).isEqualTo(detail);
            });
  }

  @Test
  void a_bucket_that_does_not_exist_is_refused() {
    refused("KN001", "select kn.enter(9999, 1)");
    refused("KN001", "select kn.enter(null, 1)");
  }

  @Test
  void an_epoch_the_shard_has_not_heard_of_is_refused_and_an_older_one_is_served()
      throws SQLException {
    refused("KN001", "select kn.enter(" + here + ", 2)");
    refused("KN001", "select kn.read(" + here + ", 2)");
    run("select kn.enter(" + here + ", 0)");
    run("select kn.read(" + here + ", 1)");
  }

  @Test
  void writers_that_skip_enter_are_caught_by_the_trigger() throws SQLException {
    refused("KN001", insert(elsewhere));
    run(insert(here));
    setState(here, "moved", 2, "s1");
    refused("KN001", "update documents set title = 'x' where bucket = " + here);
    refused("KN001", "delete from documents where bucket = " + here);
  }

  /** Control: the refusals of this class come from the fence, not from the statements. */
  @Test
  void without_the_trigger_the_same_write_goes_through() throws SQLException {
    shards.execute(0, "postgres", "alter table documents disable trigger kn_guard");
    try {
      run(insert(elsewhere));
    } finally {
      shards.execute(0, "postgres", "alter table documents enable trigger kn_guard");
    }
    refused("KN001", "delete from documents where bucket = " + elsewhere);
  }

  @Test
  void a_write_that_matches_no_row_is_refused_by_enter() throws SQLException {
    app.setAutoCommit(false);
    refused(
        "KN001", "select kn.enter(" + elsewhere + ", 1); delete from documents where bucket = -1");
  }

  @Test
  void a_keyed_read_at_the_wrong_shard_is_refused_even_if_no_row_matches() throws SQLException {
    String read = "select id from documents where bucket = %d and (select kn.read(%d, 1))";
    refused("KN001", read.formatted(elsewhere, elsewhere));
    run(read.formatted(here, here));
  }

  @ParameterizedTest
  @ValueSource(strings = {"repeatable read", "serializable"})
  void a_snapshot_older_than_the_move_gets_no_stale_yes(String isolation) throws SQLException {
    app.setAutoCommit(false);
    run("set transaction isolation level " + isolation);
    run("select count(*) from documents");
    setState(here, "moved", 2, "s1");
    refused("40001", "select kn.enter(" + here + ", 1)");
    app.rollback();
    run("set transaction isolation level " + isolation);
    refused("KN001", insert(here));
  }

  @Test
  void the_trigger_checks_old_snapshots_too() throws SQLException {
    app.setAutoCommit(false);
    run("set transaction isolation level repeatable read");
    run("select count(*) from documents");
    setState(here, "moved", 2, "s1");
    refused("40001", insert(here));
  }

  @Test
  void a_read_committed_transaction_that_waited_for_a_move_is_refused() throws Exception {
    try (Connection mover = shards.connect(0, "postgres");
        Statement move = mover.createStatement()) {
      mover.setAutoCommit(false);
      move.execute("select pg_advisory_xact_lock(20001, " + here + ")");
      CompletableFuture<Void> waiting =
          CompletableFuture.runAsync(
              () -> refused("KN001", insert(here)), Thread::startVirtualThread);
      awaitLockWaiter();
      move.execute(
          "update kn.bucket_owner set state = 'moved', epoch = 2, owner = 's1' where bucket = "
              + here);
      mover.commit();
      waiting.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void the_mark_spares_a_second_lock_and_ends_with_the_transaction() throws SQLException {
    app.setAutoCommit(false);
    run("select kn.enter(" + here + ", 1)");
    assertThat(text("select current_setting('kn.entered')")).isEqualTo("," + here + ",");
    run(insert(here));
    app.commit();
    assertThat(text("select current_setting('kn.entered', true)")).isNullOrEmpty();
    app.commit();
    setState(here, "moved", 2, "s1");
    refused("KN001", insert(here));
  }

  @Test
  void the_mark_of_a_savepoint_that_is_rolled_back_is_gone_with_its_lock() throws SQLException {
    app.setAutoCommit(false);
    run("savepoint a");
    run("select kn.enter(" + here + ", 1)");
    run("rollback to savepoint a");
    setState(here, "moved", 2, "s1");
    refused("KN001", insert(here));
  }

  @Test
  void a_row_keeps_its_bucket() throws SQLException {
    run(insert(here));
    refused("KN003", "update documents set bucket = bucket + 1 where bucket = " + here);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "truncate documents",
        "create table public.mine (a int)",
        "create table kn.mine (a int)",
        "create temporary table mine (a int)",
        "create schema mine",
        "alter table documents disable trigger all",
        "drop trigger kn_guard on documents",
        "drop table documents",
        "set session_replication_role = replica",
        "set role kn_owner",
        "set role kn_system",
        "update kn.bucket_owner set state = 'owned'",
        "insert into kn.marker values ('x', 1, '{1}', 2)",
        "delete from kn.topology",
        "update kn.identity set shard = 's1'",
        "select kn.publish('c', 's0', '{}')",
        "select kn.distribute('documents')",
        "delete from flyway_schema_history"
      })
  void the_runtime_role_may_not(String sql) {
    refused("42501", sql);
  }

  private static String insert(int bucket) {
    return """
        insert into documents (bucket, tenant_id, id, title, content, status, author)
        values (%d, '%s', '%s', 'w', '', 'DRAFT', 'a')"""
        .formatted(bucket, tenant, UUID.randomUUID());
  }

  private static void setState(int bucket, String state, int epoch, String owner)
      throws SQLException {
    shards.execute(
        0,
        "postgres",
        "update kn.bucket_owner set state = '%s', epoch = %d, owner = '%s' where bucket = %d"
            .formatted(state, epoch, owner, bucket));
  }

  private static void awaitLockWaiter() {
    Awaitility.await()
        .atMost(10, TimeUnit.SECONDS)
        .until(
            () -> {
              try (Connection watcher = shards.connect(0, "postgres");
                  Statement statement = watcher.createStatement();
                  ResultSet rows =
                      statement.executeQuery(
                          "select from pg_locks where locktype = 'advisory' and not granted")) {
                return rows.next();
              }
            });
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = app.createStatement()) {
      statement.execute(sql);
    }
  }

  private String text(String sql) throws SQLException {
    try (Statement statement = app.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private long count(String sql) throws SQLException {
    return Long.parseLong(text(sql));
  }

  private void refused(String state, String sql) {
    Refusal.refused(app, state, sql);
  }
}
