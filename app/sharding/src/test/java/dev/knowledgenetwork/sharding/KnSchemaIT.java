package dev.knowledgenetwork.sharding;

import static dev.knowledgenetwork.sharding.Refusal.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.topology.KnSchema;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the schema kn offers to the operator and to owners of tables. */
class KnSchemaIT {
  private static TestShards shards;
  private static int here;
  private static int elsewhere;

  @BeforeAll
  static void start() throws SQLException {
    shards = TestShards.startMigrated(1, Notes.MIGRATIONS);
    here = shards.bucket(shards.tenantOn(0));
    elsewhere = (here + 1) % 4096;
    shards.execute(
        0,
        "postgres",
        "update kn.bucket_owner set state = 'moved', epoch = 2, owner = 's1' where bucket = "
            + elsewhere);
  }

  @AfterAll
  static void stop() {
    shards.close();
  }

  @Test
  void notEvenTheOwnerTruncatesAShardedTable() throws SQLException {
    as("kn_migrate", owner -> refused(owner, "0A000", "set role kn_owner; truncate notes"));
  }

  @Test
  void distributeWantsAKeyThatBeginsWithTheBucket() throws SQLException {
    as(
        "kn_migrate",
        owner -> {
          refused(
              owner,
              "KN002",
              "set role kn_owner; create table t1 (id int primary key);"
                  + " select kn.distribute('t1')");
          refused(
              owner,
              "KN002",
              "create table t2 (id int, bucket int, primary key (id, bucket));"
                  + " select kn.distribute('t2')");
          refused(owner, "KN002", "create table t3 (bucket int); select kn.distribute('t3')");
          refused(
              owner,
              "KN002",
              "create table t4 (bucket bigint primary key); select kn.distribute('t4')");
          refused(owner, "KN002", "create view v as select 1 as bucket; select kn.distribute('v')");
        });
  }

  @Test
  void partitionsOfAShardedTableAreFencedAndDistributeMayRunTwice() throws SQLException {
    shards.execute(
        0,
        "kn_migrate",
        """
        set role kn_owner;
        create table readings (bucket int, at date, primary key (bucket, at)) partition by range (at);
        create table readings_1 partition of readings for values from ('2026-01-01') to ('2027-01-01');
        select kn.distribute('readings');
        select kn.distribute('readings');
        """);
    as(
        "kn_app",
        app -> {
          refused(app, "KN001", "insert into readings values (" + elsewhere + ", '2026-02-02')");
          refused(app, "KN001", "insert into readings_1 values (" + elsewhere + ", '2026-02-02')");
        });
    shards.execute(0, "kn_app", "insert into readings values (" + here + ", '2026-02-02')");
    shards.execute(0, "kn_migrate", "set role kn_owner; drop table readings");
  }

  @Test
  void aBucketThatOpensCarriesTheTransactionThatOpenedIt() throws SQLException {
    try (Connection operator = shards.connect(0, "postgres");
        Statement statement = operator.createStatement()) {
      operator.setAutoCommit(false);
      // As replication does it.
      statement.execute("set local session_replication_role = replica");
      for (String state : List.of("moved", "owned")) {
        statement.execute(
            "update kn.bucket_owner set state = '" + state + "' where bucket = " + here);
      }
      ResultSet opened =
          statement.executeQuery(
              "select bucket from kn.owned_bucket where opened = pg_current_xact_id()");
      assertThat(opened.next()).isTrue();
      assertThat(opened.getInt(1)).isEqualTo(here);
      assertThat(opened.next()).isFalse();
      operator.rollback();
    }
  }

  @Test
  void publishKnowsItsOwnClusterAndNeverChangesWhoOwnsABucket() throws SQLException {
    as(
        "postgres",
        operator -> {
          refused(operator, "KN004", publish("another", "s0", "{}"));
          refused(operator, "KN004", publish(TestShards.CLUSTER, "s1", "{}"));
          refused(operator, "KN004", publish(TestShards.CLUSTER, "s0", "{\"clusterId\":\"x\"}"));
          refused(
              operator,
              "22023",
              publish(
                  TestShards.CLUSTER,
                  "s0",
                  shards.topology().toJson().replace("\"s0\"", "\"s7\"")));
        });
    String first = shards.topology().toJson();
    assertThat(published(first)).isEqualTo(1);
    String second = first.replace("\"epoch\":1", "\"epoch\":2");
    assertThat(published(second)).isEqualTo(2);
    assertThat(published(first)).isEqualTo(2);
    as(
        "postgres",
        operator ->
            refused(
                operator,
                "22023",
                publish(
                    TestShards.CLUSTER,
                    "s0",
                    second
                        .replace("\"shards\":[", "\"shards\":[" + shardJson("s1") + ",")
                        .replaceFirst("\"assignment\":\\[0", "\"assignment\":[1"))));
    assertThat(text("select state || epoch from kn.bucket_owner where bucket = " + here))
        .isEqualTo("owned1");
    assertThat(text("select state || epoch from kn.bucket_owner where bucket = " + elsewhere))
        .isEqualTo("moved2");
    shards.execute(0, "kn_app", "select kn.enter(" + here + ", 1)");
    as("kn_app", app -> refused(app, "KN001", "select kn.enter(" + here + ", 2)"));
  }

  @Test
  void theSchemaMayBeInstalledAgainAndANewerOneIsLeftAlone() throws SQLException {
    shards.execute(0, "postgres", KnSchema.sql());
    shards.execute(0, "kn_app", "select kn.enter(" + here + ", 0)");
    shards.execute(0, "postgres", "insert into kn.schema_version values (999)");
    try {
      assertThatThrownBy(() -> shards.execute(0, "postgres", KnSchema.sql()))
          .hasMessageContaining("newer");
    } finally {
      shards.execute(0, "postgres", "delete from kn.schema_version where version = 999");
    }
  }

  @Test
  void idsMadeInTheDatabaseAreOfVersion7AndAscend() throws SQLException {
    assertThat(
            number(
                "select count(*) from (select id, lag(id) over (order by n) as previous from"
                    + " (select n, kn.uuidv7() as id from generate_series(1, 1000) n) ids) pairs"
                    + " where id::text !~ '^.{14}7.{4}[89ab]'"
                    + " or left(id::text, 18) < left(previous::text, 18)"))
        .isZero();
    long millis = Long.parseLong(text("select kn.uuidv7()").replace("-", "").substring(0, 12), 16);
    assertThat(millis)
        .isBetween(System.currentTimeMillis() - 60_000, System.currentTimeMillis() + 60_000);
  }

  private static String shardJson(String name) {
    String json = shards.topology().toJson();
    String shard = json.substring(json.indexOf("{\"name\""), json.indexOf("],\"assignment\""));
    return shard.replace("\"s0\"", "\"" + name + "\"");
  }

  private static String publish(String cluster, String shard, String document) {
    return "select kn.publish('%s', '%s', '%s')".formatted(cluster, shard, document);
  }

  private static long published(String document) throws SQLException {
    try (Connection operator = shards.connect(0, "postgres");
        Statement statement = operator.createStatement();
        ResultSet rows = statement.executeQuery(publish(TestShards.CLUSTER, "s0", document))) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void as(String role, Consumer<Connection> work) throws SQLException {
    try (Connection connection = shards.connect(0, role)) {
      work.accept(connection);
    }
  }

  private static String text(String sql) throws SQLException {
    try (Connection connection = shards.connect(0, "kn_app");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static long number(String sql) throws SQLException {
    return Long.parseLong(text(sql));
  }
}
