package dev.knowledgenetwork.operator.runtime.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.identity.Logins;
import dev.knowledgenetwork.operator.core.shardset.identity.LoginsView;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.core.shardset.topology.Leading;
import dev.knowledgenetwork.operator.core.shardset.topology.PrepareDatabase;
import dev.knowledgenetwork.operator.runtime.connect.Databases;
import dev.knowledgenetwork.operator.runtime.kit.LoneDatabase;
import dev.knowledgenetwork.operator.runtime.kit.Minted;
import dev.knowledgenetwork.operator.runtime.kit.PostgresServer;
import dev.knowledgenetwork.operator.runtime.observe.DatabaseObserver;
import dev.knowledgenetwork.operator.runtime.observe.LoginObserver;
import dev.knowledgenetwork.topology.KnSchema;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatabasePreparationIT {

  private static final String CLUSTER = LoneDatabase.CLUSTER;

  private final SecureRandom random = new SecureRandom();
  private LoneDatabase shard;
  private Minted secrets;
  private PostgresServer server;
  private Databases databases;
  private DatabasePreparation preparation;

  @BeforeEach
  void start() {
    shard = new LoneDatabase();
    secrets = shard.secrets();
    server = shard.server();
    databases = shard.databases();
    preparation = new DatabasePreparation(databases, secrets, random);
  }

  @AfterEach
  void stop() {
    shard.close();
  }

  @Test
  void anEmptyServerIsSeenAsUnpreparedAndThenAsPrepared() throws Exception {
    assertThat(probe()).isEqualTo(new DatabaseView(false, "", 0, 0));
    preparation.run(action(CLUSTER));
    assertThat(probe()).isEqualTo(new DatabaseView(true, CLUSTER, KnSchema.VERSION, 1));
  }

  @Test
  void runningTwiceChangesNothing() throws Exception {
    preparation.run(action(CLUSTER));
    List<String> before = facts();
    preparation.run(action(CLUSTER));
    assertThat(facts()).isEqualTo(before);
  }

  @Test
  void everyPointOfInterruptionIsMadeGood() throws Exception {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("create role kn_owner");
      statement.execute("create role kn_app login password 'old'");
      statement.execute("create database kn");
    }
    preparation.run(action(CLUSTER));
    assertThat(probe().prepared()).isTrue();
    assertThat(column("kn", "select pg_get_userbyid(datdba) from pg_database where datname='kn'"))
        .containsExactly("kn_owner");
    try (Connection app = login("kn-app")) {
      assertThat(app.isValid(1)).isTrue();
    }
  }

  @Test
  void theApplicationHasRowsButNoStructure() throws Exception {
    preparation.run(action(CLUSTER));
    try (Connection migrate = login("kn-migrate");
        Statement statement = migrate.createStatement()) {
      statement.execute("set role kn_owner");
      statement.execute("create table notes (bucket integer, id integer, primary key(bucket,id))");
      statement.execute("select kn.distribute('notes')");
    }
    try (Connection app = login("kn-app");
        Statement statement = app.createStatement()) {
      statement.execute("insert into notes values (1, 1)");
      statement.execute("delete from notes");
      assertDenied(statement, "create table mine (a integer)", "42501");
      assertDenied(statement, "drop table notes", "42501");
      assertDenied(statement, "alter table notes disable trigger all", "42501");
      assertDenied(statement, "truncate notes", "42501");
      assertDenied(statement, "update kn.bucket_owner set state = 'owned'", "42501");
      assertDenied(statement, "select kn.publish('x', 's0', '{}')", "42501");
      assertDenied(statement, "set role kn_owner", "42501");
      assertThat(first(statement, "show statement_timeout")).isEqualTo("10s");
    }
  }

  @Test
  void othersCannotEvenConnect() throws Exception {
    preparation.run(action(CLUSTER));
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("create role stranger login password 'stranger'");
    }
    assertThatThrownBy(() -> login("stranger", "stranger", "kn"))
        .isInstanceOf(SQLException.class)
        .hasFieldOrPropertyWithValue("SQLState", "42501");
    assertThatThrownBy(() -> login("kn_app", secrets.value("kn-app", "password"), "postgres"))
        .isInstanceOf(SQLException.class)
        .hasFieldOrPropertyWithValue("SQLState", "42501");
  }

  @Test
  void theRoleOfPgRewindCanConnectWherePatroniSendsIt() throws Exception {
    statement("create role rewind login password 'rewind'");
    preparation.run(action(CLUSTER));
    try (Connection rewind =
        login("rewind", secrets.value("kn-superuser", "rewind-password"), "postgres")) {
      assertThat(rewind.isValid(1)).isTrue();
    }
    assertThat(probe().prepared()).isTrue();
  }

  @Test
  void aRoleOfPgRewindThatCannotConnectIsNoticedAndRepaired() throws Exception {
    preparation.run(action(CLUSTER));
    statement("create role rewind login password 'rewind'");
    assertThat(probe().prepared()).isFalse();
    preparation.run(action(CLUSTER));
    assertThat(probe().prepared()).isTrue();
    try (Connection rewind =
        login("rewind", secrets.value("kn-superuser", "rewind-password"), "postgres")) {
      assertThat(rewind.isValid(1)).isTrue();
    }
  }

  @Test
  void dataOfAnotherClusterIsRefusedUntouched() throws Exception {
    preparation.run(action(CLUSTER));
    List<String> before = facts();
    secrets.with("kn-app", new Entry.Literal("password", "another"));
    assertThatThrownBy(() -> preparation.run(action("22222222-2222-4222-8222-222222222222")))
        .isInstanceOf(ActionFailed.class)
        .hasFieldOrPropertyWithValue("problem.reason", ShardSetReason.IDENTITY_MISMATCH)
        .hasMessageContaining("Nothing was changed");
    assertThat(facts()).isEqualTo(before);
  }

  @Test
  void aDatabaseThatSomebodyRenamedIsNotReplacedByAnEmptyOneUntilAPersonSaysSo() throws Exception {
    preparation.run(action(CLUSTER));
    preparation.run(action(CLUSTER));
    statement("alter database kn rename to kn_before");
    assertThatThrownBy(() -> preparation.run(action(CLUSTER)))
        .isInstanceOf(ActionFailed.class)
        .hasFieldOrPropertyWithValue("problem.reason", ShardSetReason.DATA_LOST)
        .hasMessageContaining("The server has: kn_before, postgres.");
    assertThat(column("postgres", "select datname from pg_database")).doesNotContain("kn");

    statement("alter database kn_before rename to kn");
    preparation.run(action(CLUSTER));
    assertThat(probe().prepared()).isTrue();

    statement("drop database kn with (force)");
    assertThatThrownBy(() -> preparation.run(action(CLUSTER))).isInstanceOf(ActionFailed.class);
    statement("comment on role kn_owner is null");
    preparation.run(action(CLUSTER));
    assertThat(probe().prepared()).isTrue();
  }

  @Test
  void passwordsAreStoredAsVerifiersThatTheOperatorMade() throws Exception {
    preparation.run(action(CLUSTER));
    assertThat(
            column(
                "postgres",
                "select rolpassword from pg_authid where rolname like 'kn_%'"
                    + " and rolpassword is not null"))
        .hasSize(2)
        .allMatch(verifier -> verifier.startsWith("SCRAM-SHA-256$4096:"));
  }

  @Test
  void changedPasswordsAreNoticedAndSet() throws Exception {
    statement("create role replicator replication login password 'old'");
    statement("create role rewind login password 'old'");
    preparation.run(action(CLUSTER));
    assertThat(logins().differing()).isEmpty();

    change("kn-app", "password", "with \"quotes' and $signs\n");
    change("kn-migrate", "password", "m");
    change("kn-superuser", "replication-password", "r");
    change("kn-superuser", "rewind-password", "w");
    assertThat(logins().differing())
        .containsExactlyInAnyOrder("kn_app", "kn_migrate", "replicator", "rewind");
    assertThat(logins().isOutdated()).isTrue();
    preparation.run(action(CLUSTER));
    assertThat(logins().differing()).isEmpty();
    try (Connection app = login("kn_app", "with \"quotes' and $signs", "kn")) {
      assertThat(app.isValid(1)).isTrue();
    }
  }

  @Test
  void aPasswordThatSomebodySetInTheDatabaseIsNoticed() throws Exception {
    preparation.run(action(CLUSTER));
    LoginObserver observer = new LoginObserver(databases);
    assertThat(observer.ask(LoneDatabase.SHARD, secretsNow()).differing()).isEmpty();
    statement("alter role kn_app password 'another'");
    assertThat(observer.ask(LoneDatabase.SHARD, secretsNow()).differing())
        .containsExactly("kn_app");
  }

  @Test
  void limitsThatASpecSetsForAllSessionsAreNotTheOperators() throws Exception {
    statement("alter system set statement_timeout = 1");
    statement("select pg_reload_conf()");
    preparation.run(action(CLUSTER));
    assertThat(logins().differing()).isEmpty();
  }

  @Test
  void rolesThatAreYetToBeMadeDifferUnlessPatroniMakesThem() throws Exception {
    assertThat(logins().differing()).containsExactlyInAnyOrder("kn_app", "kn_migrate");
  }

  @Test
  void aPasswordThatPostgresRefusesIsToldInItsWords() throws Exception {
    change("kn-superuser", "password", "another");
    assertThat(logins())
        .isEqualTo(
            new LoginsView(
                secretsNow(),
                Set.of(),
                Optional.of(
                    "password authentication failed for user \"postgres\", SQLSTATE 28P01")));
  }

  @Test
  void aPasswordThatDriversReadInManyWaysIsGivenToNobody() throws Exception {
    preparation.run(action(CLUSTER));
    List<String> before = facts();
    change("kn-app", "password", "gr\u00fc\u00df");
    assertThat(logins().isOutdated()).isFalse();
    assertThatThrownBy(() -> preparation.run(action(CLUSTER)))
        .isInstanceOf(ActionFailed.class)
        .hasFieldOrPropertyWithValue("problem.reason", ShardSetReason.PASSWORD_UNUSABLE)
        .hasMessageContaining("key password of Secret kn-app")
        .hasMessageNotContaining("gr\u00fc\u00df");
    assertThat(facts()).isEqualTo(before);
  }

  private LoginsView logins() throws SQLException {
    return new LoginObserver(databases).ask(LoneDatabase.SHARD, secretsNow());
  }

  private Logins secretsNow() {
    return Logins.of("kn", new Children(List.copyOf(secrets.all())));
  }

  private void change(String secret, String key, String value) {
    secrets.change(secret, key, value);
  }

  @Test
  void aServerWithACertificateOfAnotherAuthorityIsNotTalkedTo() {
    secrets.with("kn-db-ca", new Entry.Authority("another", true));
    assertThatThrownBy(this::probe).isInstanceOf(SQLException.class);
  }

  private void statement(String sql) throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private DatabaseView probe() throws SQLException {
    return new DatabaseObserver(databases, InstantSource.system())
        .ask(LoneDatabase.SHARD, Leading.NOBODY);
  }

  private static PrepareDatabase action(String cluster) {
    return LoneDatabase.preparation(cluster, 0);
  }

  /** All that preparation makes, as text. */
  private List<String> facts() throws SQLException {
    List<String> facts =
        new java.util.ArrayList<>(
            column(
                "postgres",
                "select rolname || rolcanlogin || rolsuper || coalesce(rolpassword, '')"
                    + " || coalesce(rolconfig::text, '') from pg_authid a left join"
                    + " (select setrole, setconfig as rolconfig from pg_db_role_setting) s"
                    + " on s.setrole = a.oid where rolname like 'kn%' order by 1"));
    facts.addAll(
        column("postgres", "select datname || datacl::text from pg_database where datname='kn'"));
    facts.addAll(column("kn", "select cluster_id || shard || created_at from kn.identity"));
    facts.addAll(column("kn", "select epoch || document::text || published_at from kn.topology"));
    facts.addAll(column("kn", "select bucket || state || epoch from kn.bucket_owner order by 1"));
    return facts;
  }

  private List<String> column(String database, String sql) throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new java.util.ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  private static String first(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static void assertDenied(Statement statement, String sql, String state) {
    assertThatThrownBy(() -> statement.execute(sql))
        .as(sql)
        .isInstanceOf(SQLException.class)
        .hasFieldOrPropertyWithValue("SQLState", state);
  }

  private Connection login(String secret) throws SQLException {
    return login(secrets.value(secret, "username"), secrets.value(secret, "password"), "kn");
  }

  private Connection login(String user, String password, String database) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("sslmode", "require");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database, properties);
  }
}
