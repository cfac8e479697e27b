package dev.knowledgenetwork.operator.runtime.observe;

import static dev.knowledgenetwork.operator.runtime.kit.LoneDatabase.SHARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.core.shardset.topology.Leading;
import dev.knowledgenetwork.operator.core.shardset.topology.RejectedSetting;
import dev.knowledgenetwork.operator.core.shardset.topology.WriteRefusal;
import dev.knowledgenetwork.operator.runtime.kit.LoneDatabase;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.topology.KnSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a primary takes writes and its settings, by its own words. */
class DatabaseObserverIT extends ObservedPrimary {

  @Test
  void aPreparedPrimaryProvesThatItTakesWrites() throws SQLException {
    assertThat(ask())
        .isEqualTo(
            new DatabaseView(true, LoneDatabase.CLUSTER, KnSchema.VERSION, 1).asked(LEADING));
    assertThat(database.column("select bucket from kn.pulse")).containsExactly("0");
  }

  @Test
  void aShardThatOwnsNoBucketYetProvesItToo() throws Exception {
    try (LoneDatabase empty = new LoneDatabase().prepared(1)) {
      DatabaseView view = new DatabaseObserver(empty.databases(), now::get).ask(SHARD, LEADING);
      assertThat(view.refusal()).isEmpty();
      assertThat(empty.column("select bucket is null from kn.pulse")).containsExactly("t");
    }
  }

  @Test
  void atRestAProofIsGoodForHalfAMinute() throws SQLException {
    ask();
    String first = pulse();
    later(20);
    ask();
    assertThat(pulse()).isEqualTo(first);
    later(10);
    ask();
    assertThat(pulse()).isGreaterThan(first);
  }

  @Test
  void whereSomethingChangedItIsProvedAtOnce() throws Exception {
    ask();
    String first = pulse();
    observer.ask(SHARD, new Leading(Map.of("kn-s0-1", "2026-01-01T00:00:00Z")));
    String second = pulse();
    assertThat(second).isGreaterThan(first);
    database.set("work_mem = '5MB'");
    await()
        .untilAsserted(
            () -> {
              ask();
              assertThat(pulse()).isGreaterThan(second);
            });
  }

  @Test
  void whatIsForgottenIsProvedAnew() throws SQLException {
    ask();
    String first = pulse();
    observer.forget(Owner.of(SHARD));
    ask();
    assertThat(pulse()).isGreaterThan(first);
  }

  @Test
  void aWrongPasswordOfTheOperatorsOwnIsNoRefusalOfWrites() throws SQLException {
    ask();
    String password = database.secrets().value("kn-superuser", "password");
    database.secrets().change("kn-superuser", "password", "another");
    assertThatThrownBy(this::ask).isInstanceOf(SQLException.class);
    database.secrets().change("kn-superuser", "password", password);
    assertThat(ask().refusal()).isEmpty();
  }

  @Test
  void aPrimaryThatWasMadeReadOnlyRefusesUntilItIsWritableAgain() throws SQLException {
    ask();
    database.set("default_transaction_read_only = on");
    await()
        .untilAsserted(
            () ->
                assertThat(ask().refusal())
                    .contains(
                        new WriteRefusal(
                            "25006", "cannot execute INSERT in a read-only transaction", "")));
    database.reset("default_transaction_read_only");
    await().untilAsserted(() -> assertThat(ask().refusal()).isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          alter database kn set session_replication_role = replica          | 55000 | session_replication_role is replica, so the triggers of the fence are silent
          alter database kn set backtrace_functions = '3'                   | 55000 | backtrace_functions is 3, which the fence takes for its mark
          alter role kn_app set session_replication_role = replica          | 55000 | session_replication_role is replica, so the triggers of the fence are silent
          alter role kn_app in database kn set default_transaction_read_only = on | 55000 | sessions of kn_app have default_transaction_read_only=on
          alter database kn set default_transaction_read_only = on          | 25006 | cannot execute INSERT in a read-only transaction
          alter table notes disable trigger kn_guard                        | 55000 | trigger kn_guard of public.notes is disabled
          alter table notes enable replica trigger kn_guard_delete          | 55000 | trigger kn_guard_delete of public.notes is disabled
          alter table kn.bucket_owner disable trigger all                   | 55000 | trigger kn_ownership of kn.bucket_owner is disabled
          delete from kn.bucket_owner where bucket = 7                      | 55000 | 15 buckets have an epoch here, and the topology has 16
          update kn.bucket_owner set state = 'moved' where bucket = 0; insert into kn.owned_bucket values (0, '3') | KN001 | bucket 0 is not served here
          drop function kn.enter                                            | 42883 | function kn.enter(integer, bigint) does not exist
          """)
  void whatVoidsTheFenceIsNoReadiness(String harm, String state, String words) throws SQLException {
    database.execute("create table notes (bucket int, id int, primary key (bucket, id))");
    database.execute("select kn.distribute('notes')");
    database.execute(harm);
    WriteRefusal refusal = ask().refusal().orElseThrow();
    assertThat(refusal.state()).isEqualTo(state);
    assertThat(refusal.words()).isEqualTo(words);
    if (state.equals("55000")) {
      assertThat(refusal.hint()).as("what to do").isNotEmpty();
    }
  }

  @Test
  void whatTheHintSaysMendsADisabledTrigger() throws SQLException {
    database.execute("create table notes (bucket int, id int, primary key (bucket, id))");
    database.execute("select kn.distribute('notes'); alter table notes disable trigger kn_guard");
    String hint = ask().refusal().orElseThrow().hint();
    assertThat(hint).isEqualTo("Enable it: alter table public.notes enable trigger kn_guard");
    database.execute(hint.replace("Enable it: ", ""));
    assertThat(ask().refusal()).isEmpty();
  }

  @Test
  void aTopologyThatLacksMakesTheDatabaseUnprepared() throws SQLException {
    database.execute("delete from kn.topology");
    assertThat(ask().prepared()).isFalse();
  }

  @Test
  void aFullDiskRefusesInTheWordsOfPostgresql() throws Exception {
    try (LoneDatabase full = new LoneDatabase().prepared()) {
      // Writes to this device fail as those to a full disk do. The table has no row yet.
      Path file =
          data(full).resolve(full.column("select pg_relation_filepath('kn.pulse')").getFirst());
      Files.delete(file);
      Files.createSymbolicLink(file, Path.of("/dev/full"));
      WriteRefusal refusal =
          new DatabaseObserver(full.databases(), now::get)
              .ask(SHARD, LEADING)
              .refusal()
              .orElseThrow();
      assertThat(refusal.state()).isEqualTo("53100");
      assertThat(refusal.words()).endsWith("No space left on device");
      assertThat(refusal.hint()).isEqualTo("Check free disk space");
    }
  }

  @Test
  void aReplicaThatDoesNotConfirmIsARefusalThoughItIsWritten() throws SQLException {
    ask();
    // Servers of tests do not wait even for their own disk.
    database.execute("alter database kn set synchronous_commit = on");
    database.set("synchronous_standby_names = 'nobody'");
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                assertThat(ask().refusal())
                    .contains(
                        new WriteRefusal(
                            "01000",
                            "canceling wait for synchronous replication due to user request",
                            "")));
    database.reset("synchronous_standby_names");
  }

  @Test
  void whoWaitsForALockLongerThanAWriteMayTakeIsRefused() throws SQLException {
    try (var holder = database.server().connect("kn");
        var statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("lock table kn.pulse");
      assertThat(ask().refusal().map(WriteRefusal::words))
          .contains("canceling statement due to statement timeout");
    }
    assertThat(ask().refusal()).isEmpty();
  }

  @Test
  void aPrimaryThatLetsNobodyInAnyMoreTakesNoWritesAndIsPreparedAsBefore() throws SQLException {
    DatabaseView before = ask();
    try (var connection = database.server().connect("postgres");
        var statement = connection.createStatement()) {
      statement.execute("alter database kn allow_connections false");
      DatabaseView after = ask();
      assertThat(after.refusal().map(WriteRefusal::words))
          .contains("database \"kn\" is not currently accepting connections");
      assertThat(after.refusing(before.refusal())).isEqualTo(before);
    }
  }

  @Test
  void aServerThatIsGoneIsSilent() throws Exception {
    LoneDatabase gone = new LoneDatabase().prepared();
    DatabaseObserver its = new DatabaseObserver(gone.databases(), now::get);
    its.ask(SHARD, LEADING);
    gone.close();
    assertThatThrownBy(() -> its.ask(SHARD, LEADING)).isInstanceOf(SQLException.class);
  }

  @Test
  void aSettingInAFileThatTheServerDoesNotTakeIsToldUntilItIsGone() throws Exception {
    Path file = data(database).resolve("postgresql.conf");
    String good = Files.readString(file);
    Files.writeString(file, "log_timezone = 'Mars/Olympus'\n", StandardOpenOption.APPEND);
    assertThat(ask().rejected())
        .isEqualTo(
            Map.of("log_timezone", new RejectedSetting("setting could not be applied", false)));
    assertThat(ask().refusal()).isEmpty();
    Files.writeString(file, good);
    assertThat(ask().rejected()).isEmpty();
    Files.writeString(file, "nonsense\n", StandardOpenOption.APPEND);
    assertThat(ask().rejected().values())
        .containsExactly(new RejectedSetting("syntax error", false));
    Files.writeString(file, good);
  }

  @Test
  void aSettingThatIsInForceThoughSessionsCannotUseItIsToldAsThat() throws Exception {
    Path file = data(database).resolve("postgresql.conf");
    String good = Files.readString(file);
    Files.writeString(file, "default_tablespace = 'nosuch'\n", StandardOpenOption.APPEND);
    database.column("select pg_reload_conf()");
    try {
      await()
          .untilAsserted(
              () ->
                  assertThat(ask().rejected())
                      .isEqualTo(
                          Map.of(
                              "default_tablespace",
                              new RejectedSetting("setting could not be applied", true))));
    } finally {
      Files.writeString(file, good);
      database.column("select pg_reload_conf()");
    }
  }

  @Test
  void aSettingThatWaitsForARestartIsTaken() throws SQLException {
    database.set("shared_buffers = '200MB'");
    await()
        .until(
            () ->
                database
                    .column("select name from pg_settings where pending_restart")
                    .contains("shared_buffers"));
    assertThat(ask().rejected()).isEmpty();
    database.reset("shared_buffers");
  }

  private String pulse() throws SQLException {
    return database.column("select at from kn.pulse").getFirst();
  }

  private static Path data(LoneDatabase server) throws SQLException {
    return Path.of(server.column("show data_directory").getFirst());
  }
}
