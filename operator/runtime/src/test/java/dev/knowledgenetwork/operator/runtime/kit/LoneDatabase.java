package dev.knowledgenetwork.operator.runtime.kit;

import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.topology.PrepareDatabase;
import dev.knowledgenetwork.operator.runtime.act.ActionFailed;
import dev.knowledgenetwork.operator.runtime.act.DatabasePreparation;
import dev.knowledgenetwork.operator.runtime.connect.Databases;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** PostgreSQL of one shard with the Secrets that belong to it; no API server. */
public final class LoneDatabase implements AutoCloseable {

  /** The shard. */
  public static final Target SHARD = new Target("ShardSet", "demo", "kn", "s0");

  /** Identity of its data. */
  public static final String CLUSTER = "11111111-1111-4111-8111-111111111111";

  private final Minted secrets = new Minted();
  private final PostgresServer server;
  private final Databases databases;

  /** Starts with nothing in it. */
  public LoneDatabase() {
    secrets
        .with("kn-db-ca", new Entry.Authority("test", true))
        .with(
            "kn-s0-tls",
            new Entry.Certificate(
                "kn-db-ca", "kn-s0", List.of("kn-s0.demo.svc", "*.kn-s0-pods.demo.svc")))
        .with(
            "kn-superuser",
            new Entry.Literal("username", "postgres"),
            new Entry.Password("password"),
            new Entry.Password("replication-password"),
            new Entry.Password("rewind-password"))
        .with("kn-app", new Entry.Literal("username", "kn_app"), new Entry.Password("password"))
        .with(
            "kn-migrate",
            new Entry.Literal("username", "kn_migrate"),
            new Entry.Password("password"));
    server =
        new PostgresServer(
            secrets.value("kn-s0-tls", "tls.crt"),
            secrets.value("kn-s0-tls", "tls.key"),
            secrets.value("kn-superuser", "password"));
    databases = new Databases(secrets, new ServiceAt(server.port()));
  }

  /** Where credentials are. */
  public Minted secrets() {
    return secrets;
  }

  /** The server itself. */
  public PostgresServer server() {
    return server;
  }

  /** How the operator reaches it. */
  public Databases databases() {
    return databases;
  }

  /** Prepared as the operator does it, with all 16 buckets. */
  public LoneDatabase prepared() throws ActionFailed {
    return prepared(0);
  }

  /**
   * Prepared as the operator does it.
   *
   * @param owner of all buckets: 0 is this shard, 1 another one
   */
  public LoneDatabase prepared(int owner) throws ActionFailed {
    new DatabasePreparation(databases, secrets, new SecureRandom())
        .run(preparation(CLUSTER, owner));
    return this;
  }

  /** The action that prepares it. */
  public static PrepareDatabase preparation(String cluster, int owner) {
    String assignment = "0,".repeat(15).replace('0', (char) ('0' + owner)) + owner;
    String topology =
        """
        {"clusterId":"%s","epoch":1,"strategy":"Hash","key":"tenant_id","buckets":16,
         "virtualNodes":1,"database":"kn","shards":[{"name":"s0"},{"name":"s1"}],
         "assignment":[%s]}
        """
            .formatted(cluster, assignment);
    return new PrepareDatabase(SHARD, cluster, topology);
  }

  /** Gone with all that was in it and set for it or for all roles; the server's settings stay. */
  public LoneDatabase empty() throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("set default_transaction_read_only = off");
      statement.execute("alter role all reset all");
      statement.execute("drop database if exists kn with (force)");
      statement.execute("drop role if exists kn_app");
      statement.execute(
          "do $$ begin if to_regrole('kn_owner') is not null then"
              + " comment on role kn_owner is null; end if; end $$");
    }
    return this;
  }

  /** Runs a statement in the database {@code kn}, as a superuser. */
  public void execute(String sql) throws SQLException {
    try (Connection connection = server.connect("kn");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Changes a setting of the server and has it read. */
  public void set(String setting) throws SQLException {
    execute("alter system set " + setting);
    execute("select pg_reload_conf()");
  }

  /** Takes back a change of a setting. */
  public void reset(String setting) throws SQLException {
    execute("alter system reset " + setting);
    execute("select pg_reload_conf()");
  }

  /** The first column of an answer of the database {@code kn}. */
  public List<String> column(String sql) throws SQLException {
    try (Connection connection = server.connect("kn");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
