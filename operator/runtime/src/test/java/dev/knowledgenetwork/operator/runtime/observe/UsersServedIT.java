package dev.knowledgenetwork.operator.runtime.observe;

import static dev.knowledgenetwork.operator.runtime.kit.LoneDatabase.SHARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.core.shardset.topology.WriteRefusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused to an application, and not to a superuser, is told and mended. */
class UsersServedIT extends ObservedPrimary {

  @BeforeEach
  void isWhole() throws SQLException {
    assertThat(ask().broken()).isEmpty();
    assertThat(ask().refusal()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          revoke usage on schema kn from kn_app                                      | 42501 | permission denied for schema kn
          revoke execute on function kn.enter(integer, bigint) from kn_app           | 42501 | permission denied for function enter
          revoke execute on function kn.read(integer, bigint) from kn_app            | 42501 | permission denied for function read
          revoke select on kn.bucket_owner from kn_app                               | 42501 | permission denied for table bucket_owner
          alter role kn_app set default_transaction_read_only = on                   | 55000 | sessions of kn_app have default_transaction_read_only=on
          alter role kn_app in database kn set session_replication_role = replica    | 55000 | session_replication_role is replica, so the triggers of the fence are silent
          alter role all in database kn set default_transaction_read_only = on       | 25006 | cannot execute INSERT in a read-only transaction
          alter role all set default_transaction_read_only = on                      | 25006 | cannot execute INSERT in a read-only transaction
          alter database kn set default_transaction_read_only = on                   | 25006 | cannot execute INSERT in a read-only transaction
          """)
  void whatRefusesAnApplicationIsToldInPostgresqlsWordsAndMended(
      String harm, String state, String words) throws Exception {
    database.execute(harm);
    WriteRefusal refusal = ask().refusal().orElseThrow();
    assertThat(refusal.state()).isEqualTo(state);
    assertThat(refusal.words()).isEqualTo(words);
    assertThat(ask().broken()).isNotEmpty();
    mended();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          alter role kn_app set statement_timeout = '1ms'                    | alter role kn_app set statement_timeout = '10s'
          alter role kn_app reset statement_timeout                          | alter role kn_app set statement_timeout = '10s'
          alter role kn_app in database kn set statement_timeout = '10s'     | alter role kn_app in database kn reset statement_timeout
          alter role kn_app in database kn set search_path = nowhere         | alter role kn_app in database kn reset search_path
          alter role kn_migrate set lock_timeout = '1ms'                     | alter role kn_migrate set lock_timeout = '5s'
          alter database kn set transaction_timeout = '1ms'                  | alter database kn reset transaction_timeout
          alter role all set synchronous_commit = off                        | alter role all reset synchronous_commit
          alter role all set default_transaction_read_only = off             | alter role all reset default_transaction_read_only
          revoke usage on schema public from kn_app                          | grant usage on schema public to kn_app
          revoke execute on function kn.uuidv7() from kn_app                 | grant execute on function kn.uuidv7() to kn_app
          revoke select on kn.identity from kn_app                           | grant select on kn.identity to kn_app
          drop function kn.uuidv7()                                          | create function kn.uuidv7()
          alter default privileges for role kn_owner in schema public revoke select on tables from kn_app | alter default privileges for role kn_owner in schema public grant select, insert, update, delete on tables to kn_app
          alter role kn_migrate nologin                                      | alter role kn_migrate login connection limit -1 valid until 'infinity'
          alter role kn_migrate valid until '2020-01-01'                     | alter role kn_migrate login connection limit -1 valid until 'infinity'
          """)
  void whatBreaksAPromiseAndRefusesNoWriteIsToldAndMended(String harm, String remedy)
      throws Exception {
    database.execute(harm);
    DatabaseView view = ask();
    assertThat(view.prepared()).isTrue();
    assertThat(view.broken()).containsExactly(remedy);
    mended();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          alter role kn_app nologin                | 28000 | role "kn_app" is not permitted to log in
          revoke connect on database kn from kn_app | 42501 | permission denied for database "kn"
          alter role kn_app connection limit 0     | 53300 | too many connections for role "kn_app"
          alter database kn connection limit 0     | 53300 | too many connections for database "kn"
          """)
  void whoIsNotLetInIsNotServed(String harm, String state, String words) throws Exception {
    database.execute(harm);
    later(30);
    DatabaseView view = ask();
    assertThat(view.refusal()).contains(new WriteRefusal(state, words, ""));
    assertThat(view.broken()).hasSize(1);
    mended();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          revoke insert on public.fenced from kn_app     | grant select, insert, update, delete on public.fenced to kn_app
          revoke select on public.other from kn_app      | grant select on public.other to kn_app
          alter table public.fenced disable trigger kn_truncate | alter table public.fenced enable trigger kn_truncate
          drop trigger kn_guard_delete on public.fenced  | select kn.distribute('public.fenced')
          """)
  void whatIsTakenFromTablesOfTheApplicationIsToldAndMended(String harm, String remedy)
      throws Exception {
    withTables();
    database.execute(harm);
    assertThat(ask().broken()).containsExactly(remedy);
    mended();
  }

  @Test
  void whatElseAnApplicationMayDoWithItsTablesIsForItsMigrations() throws Exception {
    withTables();
    database.execute(
        "revoke insert on public.other from kn_app; revoke usage on sequence public.s from kn_app");
    assertThat(ask().broken()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drop owned by kn_app",
        "revoke all on all tables in schema public from kn_app",
        "alter table public.fenced disable trigger all",
        "drop schema kn cascade"
      })
  void whoeverHasLostEverythingGetsItBackWithTheFence(String harm) throws Exception {
    withTables();
    String triggers = "select count(*) from pg_trigger where tgrelid = 'public.fenced'::regclass";
    String before = database.column(triggers).getFirst();
    assertThat(Integer.parseInt(before)).isPositive();
    database.execute(harm);
    mended();
    assertThat(database.column(triggers)).containsExactly(before);
    try (Connection application =
            database.databases().openAsApplication(SHARD, Duration.ofSeconds(5));
        Statement statement = application.createStatement()) {
      statement.execute("insert into public.other values (1)");
      statement.execute("select from public.fenced");
      if (harm.startsWith("drop owned")) {
        statement.execute("select nextval('public.s'), public.f()");
      }
    }
  }

  /** As migrations make them. */
  private void withTables() throws SQLException {
    database.execute(
        """
        drop table if exists public.fenced, public.other;
        drop function if exists public.f();
        drop sequence if exists public.s;
        set role kn_owner;
        create table public.fenced (bucket integer, id integer, primary key (bucket, id));
        select kn.distribute('public.fenced');
        create table public.other (id integer primary key);
        create sequence public.s;
        grant usage on sequence public.s to kn_app;
        create function public.f() returns integer language sql as 'select 1';
        revoke all on function public.f() from public;
        grant execute on function public.f() to kn_app;
        reset role
        """);
    assertThat(ask().broken()).isEmpty();
  }

  /** A lock on what only the operator reads keeps nobody out; one on what writes need does. */
  @ParameterizedTest
  @CsvSource({"kn.identity, ''", "kn.bucket_owner, 57014"})
  void aLockIsToldWhereUsersWaitForIt(String table, String state) throws Exception {
    try (Connection other = database.server().connect("kn");
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("lock table " + table + " in access exclusive mode");
      later(30);
      assertThat(ask().refusal().map(WriteRefusal::state).orElse("")).isEqualTo(state);
      other.rollback();
    }
    assertThat(ask().refusal()).isEmpty();
  }

  @Test
  void aLoginOfTheReplicationThatIsKeptOutIsToldAndLetIn() throws Exception {
    database.execute("create role replicator nologin");
    assertThat(ask().broken())
        .containsExactly(
            "alter role replicator login replication connection limit -1 valid until 'infinity'");
    mended();
    database.execute("drop role replicator");
  }

  /** Users are served over connections that poolers have open. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          4 | remaining connection slots are reserved for
          1 | sorry, too many clients already
          """)
  void whoFindsNoSlotOfTheServerSaysNothingOfUsers(int left, String words) throws Exception {
    later(30);
    Deque<Connection> taken = new ArrayDeque<>();
    try {
      int slots = Integer.parseInt(database.column("show max_connections").getFirst());
      for (int i = 0; i < slots - left; i++) {
        taken.push(database.server().connect("kn"));
      }
      String before = pulse(taken);
      try (Connection last = database.databases().open(SHARD, "kn", Duration.ofSeconds(5))) {
        assertThatThrownBy(
                () -> database.databases().openAsApplication(SHARD, Duration.ofSeconds(5)))
            .hasMessageContaining(words);
        assertThat(last.isValid(5)).isTrue();
      }
      assertThat(ask().refusal()).isEmpty();
      assertThat(pulse(taken)).as("proved as superuser").isGreaterThan(before);
    } finally {
      while (!taken.isEmpty()) {
        taken.pop().close();
      }
    }
  }

  private static String pulse(Deque<Connection> open) throws SQLException {
    try (Statement statement = open.element().createStatement();
        ResultSet row = statement.executeQuery("select at from kn.pulse")) {
      row.next();
      return row.getString(1);
    }
  }

  @Test
  void aRuleOfTheServerThatRefusesApplicationsIsTold() throws Exception {
    Path rules = Path.of(database.column("show hba_file").getFirst());
    String before = Files.readString(rules);
    Files.writeString(rules, "hostssl all kn_app 0.0.0.0/0 reject\n" + before);
    database.execute("select pg_reload_conf()");
    later(30);
    assertThat(ask().refusal().map(WriteRefusal::words).orElseThrow())
        .startsWith("pg_hba.conf rejects connection for host");
    Files.writeString(rules, before);
    database.execute("select pg_reload_conf()");
    assertThat(ask().refusal()).isEmpty();
  }

  @Test
  void aPasswordThatIsBeingChangedIsNoRefusalAtOnce() throws Exception {
    database.execute("alter role kn_app password 'another'");
    later(30);
    assertThat(ask().refusal()).isEmpty();
    later(120);
    assertThat(ask().refusal().map(WriteRefusal::state)).contains("28P01");
    mended();
  }

  @Test
  void otherSettingsAreForThePersonToChoose() throws Exception {
    database.execute("alter role kn_app set work_mem = '8MB'");
    assertThat(ask().broken()).isEmpty();
    database.prepared();
    assertThat(database.column("select setconfig::text from pg_db_role_setting"))
        .anyMatch(each -> each.contains("work_mem=8MB"));
  }

  private void mended() throws Exception {
    database.prepared();
    DatabaseView view = ask();
    assertThat(view.prepared()).isTrue();
    assertThat(view.broken()).isEmpty();
    assertThat(view.refusal()).isEmpty();
  }
}
