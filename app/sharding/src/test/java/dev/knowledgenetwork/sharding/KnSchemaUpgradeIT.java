package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.topology.KnSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A shard that was made by an older version is brought up to date under way. */
class KnSchemaUpgradeIT {
  private static final String OLD = "old";
  private static final String STATE =
      """
      select 'n ' || n::text from notes n union all select 'e ' || e::text from events e
        union all select 'b ' || o::text from kn.bucket_owner o
        union all select 't ' || t::text from kn.topology t
        union all select 'i ' || i::text from kn.identity i order by 1
      """;
  private static final String EVENTS =
      """
      create table events (bucket int, at date, primary key (bucket, at)) partition by range (at);
      create table events_1 partition of events for values from ('2026-01-01') to ('2027-01-01');
      select kn.distribute('events');
      """;

  private static TestShards shards;
  private static int here;
  private static int elsewhere;

  @BeforeAll
  static void start() {
    shards = TestShards.start(1);
    here = shards.bucket(shards.tenantOn(0));
    elsewhere = (here + 1) % 4096;
  }

  @AfterAll
  static void stop() {
    shards.close();
  }

  @BeforeEach
  void makeOldShard() throws SQLException {
    makeShard(1);
  }

  private static void makeShard(int version) throws SQLException {
    shards.execute(0, "postgres", "create database old owner kn_owner");
    run("postgres", resource("kn-schema/version-" + version + ".sql"));
    try (Connection operator = connect("postgres");
        PreparedStatement publish =
            operator.prepareStatement("select kn.publish(?, 's0', ?::jsonb)")) {
      publish.setString(1, TestShards.CLUSTER);
      publish.setString(2, shards.topology().toJson());
      publish.execute();
    }
    run("kn_migrate", "set role kn_owner; " + resource("db/migration/V1__notes.sql") + EVENTS);
    run(
        "postgres",
        "update kn.bucket_owner set state = 'moved', epoch = 2, owner = 's1' where bucket = "
            + elsewhere);
    run("kn_app", "insert into events values (" + here + ", '2026-02-01');" + note(here));
  }

  @AfterEach
  void dropOldShard() throws SQLException {
    shards.execute(0, "postgres", "drop database old with (force)");
  }

  @Test
  void nothingOfWhatIsThereChangesAndTablesGetTheNewTriggers() throws SQLException {
    List<String> before = list(STATE);
    run("postgres", KnSchema.sql());
    assertThat(list(STATE)).isEqualTo(before);
    assertThat(list("select max(version) from kn.schema_version"))
        .containsExactly(Integer.toString(KnSchema.VERSION));
    assertThat(
            list(
                "select tgrelid::regclass || ' ' || tgname || ' ' || (tgqual is not null)"
                    + " from pg_trigger where tgname like 'kn_guard%' order by 1"))
        .containsExactly(
            "events kn_guard true",
            "events kn_guard_delete true",
            "events kn_guard_update true",
            "events_1 kn_guard true",
            "events_1 kn_guard_delete true",
            "events_1 kn_guard_update true",
            "notes kn_guard true",
            "notes kn_guard_delete true",
            "notes kn_guard_update true");
    run("postgres", KnSchema.sql());
    assertThat(list(STATE)).isEqualTo(before);
  }

  @Test
  void theFenceHoldsAsBefore() throws SQLException {
    run("postgres", KnSchema.sql());
    run("kn_app", note(here));
    run("kn_app", "select kn.enter(" + here + ", 1); " + note(here));
    try (Connection app = connect("kn_app")) {
      Refusal.refused(app, "KN001", note(elsewhere));
      Refusal.refused(
          app, "KN001", "insert into events_1 values (" + elsewhere + ", '2026-03-01')");
      Refusal.refused(app, "KN003", "update events set bucket = bucket + 1");
    }
  }

  @Test
  void aTransactionThatHasEnteredByTheOldVersionIsServedByTheNew() throws SQLException {
    try (Connection app = connect("kn_app");
        Statement statement = app.createStatement()) {
      app.setAutoCommit(false);
      statement.execute("select kn.enter(" + here + ", 1)");
      run("postgres", KnSchema.sql());
      statement.execute(note(here));
      app.commit();
    }
    assertThat(list("select count(*) from notes")).containsExactly("2");
  }

  @Test
  void aTableThatIsBeingWrittenToFailsAllOfItAndTheNextAttemptSucceeds() throws SQLException {
    try (Connection app = connect("kn_app");
        Statement statement = app.createStatement();
        Connection operator = connect("postgres")) {
      app.setAutoCommit(false);
      statement.execute(note(here));
      operator.setAutoCommit(false);
      Refusal.refused(operator, "55P03", KnSchema.sql());
      operator.rollback();
      assertThat(list("select max(version) from kn.schema_version")).containsExactly("1");
      statement.execute(note(here));
      app.commit();
    }
    run("postgres", KnSchema.sql());
    assertThat(list("select count(*) from notes")).containsExactly("3");
  }

  @Test
  void theVersionBeforeIsBroughtUpWhileItIsWrittenToAndThenProvesThatItTakesWrites()
      throws SQLException {
    dropOldShard();
    makeShard(3);
    try (Connection app = connect("kn_app");
        Statement statement = app.createStatement()) {
      app.setAutoCommit(false);
      statement.execute("select kn.enter(" + here + ", 1); " + note(here));
      run("postgres", KnSchema.sql());
      run("postgres", "select kn.prove_write()");
      statement.execute(note(here));
      app.commit();
    }
    assertThat(list("select count(*) from notes")).containsExactly("3");
    assertThat(list("select o.state from kn.pulse p join kn.bucket_owner o using (bucket)"))
        .containsExactly("owned");
  }

  private static String note(int bucket) {
    return "insert into notes (bucket, tenant_id, id, title, author) values (%d, 't', %s, 'x', 'a')"
        .formatted(bucket, "kn.uuidv7()");
  }

  private static Connection connect(String role) throws SQLException {
    return shards.connectTo(OLD, 0, role);
  }

  private static void run(String role, String sql) throws SQLException {
    try (Connection connection = connect(role);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> list(String sql) throws SQLException {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  private static String resource(String name) {
    try (InputStream in = KnSchemaUpgradeIT.class.getClassLoader().getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
