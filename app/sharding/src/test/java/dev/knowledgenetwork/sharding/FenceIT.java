package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.kernel.TenantId;
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
    shards = TestShards.startMigrated(1, Notes.MIGRATIONS);
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
  void enterAtTheWrongShardIsRefusedAndTellsWhereTheBucketIs() {
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
  void aBucketThatDoesNotExistIsRefused() {
    refused("KN001", "select kn.enter(9999, 1)");
    refused("KN001", "select kn.enter(null, 1)");
  }

  @Test
  void anEpochTheShardHasNotHeardOfIsRefusedAndAnOlderOneIsServed() throws SQLException {
    refused("KN001", "select kn.enter(" + here + ", 2)");
    refused("KN001", "select kn.read(" + here + ", 2)");
    run("select kn.enter(" + here + ", 0)");
    run("select kn.read(" + here + ", 1)");
  }

  @Test
  void writersThatSkipEnterAreCaughtByTheTrigger() throws SQLException {
    refused("KN001", insert(elsewhere));
    run(insert(here));
    setState(here, "moved", 2, "s1");
    refused("KN001", "update notes set title = 'x' where bucket = " + here);
    refused("KN001", "delete from notes where bucket = " + here);
  }

  /** Control: the refusals of this class come from the fence, not from the statements. */
  @Test
  void withoutTheTriggerTheSameWriteGoesThrough() throws SQLException {
    shards.execute(0, "postgres", "alter table notes disable trigger kn_guard");
    try {
      run(insert(elsewhere));
    } finally {
      shards.execute(0, "postgres", "alter table notes enable trigger kn_guard");
    }
    refused("KN001", "delete from notes where bucket = " + elsewhere);
  }

  @Test
  void aWriteThatMatchesNoRowIsRefusedByEnter() throws SQLException {
    app.setAutoCommit(false);
    refused("KN001", "select kn.enter(" + elsewhere + ", 1); delete from notes where bucket = -1");
  }

  @Test
  void aKeyedReadAtTheWrongShardIsRefusedEvenIfNoRowMatches() throws SQLException {
    String read = "select id from notes where bucket = %d and (select kn.read(%d, 1))";
    refused("KN001", read.formatted(elsewhere, elsewhere));
    run(read.formatted(here, here));
  }

  @ParameterizedTest
  @ValueSource(strings = {"repeatable read", "serializable"})
  void aSnapshotOlderThanTheMoveGetsNoStaleYes(String isolation) throws SQLException {
    app.setAutoCommit(false);
    run("set transaction isolation level " + isolation);
    run("select count(*) from notes");
    setState(here, "moved", 2, "s1");
    refused("40001", "select kn.enter(" + here + ", 1)");
    app.rollback();
    run("set transaction isolation level " + isolation);
    refused("KN001", insert(here));
  }

  @Test
  void theTriggerChecksOldSnapshotsToo() throws SQLException {
    app.setAutoCommit(false);
    run("set transaction isolation level repeatable read");
    run("select count(*) from notes");
    setState(here, "moved", 2, "s1");
    refused("40001", insert(here));
  }

  @Test
  void aReadCommittedTransactionThatWaitedForAMoveIsRefused() throws Exception {
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
  void aRowOfABucketThatWasEnteredCallsNoTriggerAndTheMarkEndsWithTheTransaction()
      throws SQLException {
    countCalls();
    app.setAutoCommit(false);
    run("select kn.enter(" + here + ", 1)");
    run(insert(here));
    run("update notes set title = 'x' where bucket = " + here);
    run("delete from notes where bucket = " + here);
    assertThat(calls("guard")).isZero();
    assertThat(calls("enter")).isOne();
    app.commit();
    setState(here, "moved", 2, "s1");
    refused("KN001", insert(here));
  }

  @Test
  void eachBucketOfATransactionIsEnteredOnce() throws SQLException {
    setState(elsewhere, "owned", 2, "s0");
    countCalls();
    app.setAutoCommit(false);
    for (int i = 0; i < 3; i++) {
      run(insert(here));
      run(insert(elsewhere));
    }
    assertThat(calls("enter")).isEqualTo(2);
    app.rollback();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set backtrace_functions = '%d'",
        "set local backtrace_functions = '%d'",
        "select set_config('backtrace_functions', '%d', true)",
        "do $$ begin perform set_config('backtrace_functions', '%d', false); end $$",
        "update pg_settings set setting = '%d' where name = 'backtrace_functions'",
        "alter role kn_app set backtrace_functions = '%d'",
        "alter system set backtrace_functions = '%d'"
      })
  void aRuntimeLoginCannotSetTheMark(String sql) {
    refused("42501", sql.formatted(elsewhere));
  }

  @Test
  void aConnectionCannotBringTheMark() {
    assertThatThrownBy(
            () -> shards.connect(0, "kn_app", "-c backtrace_functions=" + elsewhere).close())
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
  }

  @Test
  void whatALoginMaySetOrTakeItselfIsNoMark() throws SQLException {
    app.setAutoCommit(false);
    run("set kn.entered = '," + elsewhere + ",'");
    run("select pg_advisory_xact_lock_shared(20001, " + elsewhere + ")");
    refused("KN001", insert(elsewhere));
    app.rollback();
    run("select kn.enter(" + here + ", 1)");
    run("reset all");
    refused("KN001", insert(elsewhere));
  }

  @Test
  void aTransactionWithAMarkMayReadInParallel() throws SQLException {
    app.setAutoCommit(false);
    run("select kn.enter(" + here + ", 1)");
    run("set local debug_parallel_query = on");
    assertThat(text("select current_setting('backtrace_functions')")).isEqualTo("" + here);
    assertThat(text("select count(*) from kn.bucket_owner")).isEqualTo("4096");
  }

  /** The parameter is PostgreSQL's own: whoever debugs with it must not open the fence. */
  @Test
  void namesOfFunctionsInTheSettingAreNoMark() throws SQLException {
    shards.execute(0, "postgres", "alter role kn_app set backtrace_functions = 'errstart'");
    try (Connection debugged = shards.connect(0, "kn_app")) {
      debugged.setAutoCommit(false);
      try (Statement statement = debugged.createStatement()) {
        statement.execute("select kn.enter(" + here + ", 1)");
        statement.execute(insert(here));
      }
      Refusal.refused(debugged, "KN001", insert(elsewhere));
    } finally {
      shards.execute(0, "postgres", "alter role kn_app reset backtrace_functions");
    }
  }

  @Test
  void theMarkOfASavepointThatIsRolledBackIsGoneWithItsLock() throws SQLException {
    app.setAutoCommit(false);
    run("savepoint a");
    run("select kn.enter(" + here + ", 1)");
    run("rollback to savepoint a");
    setState(here, "moved", 2, "s1");
    refused("KN001", insert(here));
  }

  @Test
  void aRowKeepsItsBucketAlsoWhereBothAreEntered() throws SQLException {
    setState(elsewhere, "owned", 2, "s0");
    run(insert(here));
    String move = "update notes set bucket = " + elsewhere + " where bucket = " + here;
    refused("KN003", move);
    refused("KN003", "select kn.enter(" + here + ", 1); " + move);
    refused("KN003", "select kn.enter(" + elsewhere + ", 1); " + move);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "truncate notes",
        "create table public.mine (a int)",
        "create table kn.mine (a int)",
        "create temporary table mine (a int)",
        "create schema mine",
        "alter table notes disable trigger all",
        "drop trigger kn_guard on notes",
        "drop table notes",
        "set session_replication_role = replica",
        "set role kn_owner",
        "set role kn_system",
        "update kn.bucket_owner set state = 'owned'",
        "insert into kn.marker values ('x', 1, '{1}', 2)",
        "delete from kn.topology",
        "update kn.identity set shard = 's1'",
        "select kn.publish('c', 's0', '{}')",
        "select kn.distribute('notes')",
        "insert into kn.pulse (at) values (now())",
        "select * from kn.volume",
        "alter foreign table kn.volume options (set program 'id')",
        "create foreign table mine (line text) server kn_programs",
        "delete from flyway_schema_history"
      })
  void theRuntimeRoleMayNot(String sql) {
    refused("42501", sql);
  }

  private static String insert(int bucket) {
    return """
        insert into notes (bucket, tenant_id, id, title, content, status, author)
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

  /** Another connection, on which PostgreSQL counts the calls of functions. */
  private void countCalls() throws SQLException {
    app.close();
    shards.execute(0, "postgres", "alter role kn_app set track_functions = 'pl'");
    app = shards.connect(0, "kn_app");
    shards.execute(0, "postgres", "alter role kn_app reset track_functions");
  }

  /** How often the transaction has called a function of the schema kn. */
  private long calls(String function) throws SQLException {
    return Long.parseLong(
        text(
            "select coalesce(sum(calls), 0) from pg_stat_xact_user_functions"
                + " where schemaname = 'kn' and funcname = '"
                + function
                + "'"));
  }

  private void refused(String state, String sql) {
    Refusal.refused(app, state, sql);
  }
}
