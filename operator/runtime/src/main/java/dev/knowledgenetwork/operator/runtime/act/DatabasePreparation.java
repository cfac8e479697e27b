package dev.knowledgenetwork.operator.runtime.act;

import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.identity.Logins;
import dev.knowledgenetwork.operator.core.shardset.topology.PrepareDatabase;
import dev.knowledgenetwork.operator.core.workload.Logs;
import dev.knowledgenetwork.operator.runtime.connect.Databases;
import dev.knowledgenetwork.operator.runtime.connect.Promises;
import dev.knowledgenetwork.operator.runtime.connect.Refusal;
import dev.knowledgenetwork.operator.runtime.kube.SecretReader;
import dev.knowledgenetwork.operator.runtime.secrets.ScramVerifier;
import dev.knowledgenetwork.topology.KnSchema;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes roles, database, schema {@code kn} and topology of a shard. Every step looks first or can
 * be repeated, so it may be broken off anywhere; publishing the topology comes last and is what
 * marks the shard as prepared. Takes well under a second.
 */
public final class DatabasePreparation implements ActionHandler<PrepareDatabase> {

  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final String DUPLICATE_OBJECT = "42710";
  private static final String DUPLICATE_DATABASE = "42P04";
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String OTHER_CLUSTER = "KN004";

  /** Runtime logins get only what they need. */
  private static final List<String> ROLE_ATTRIBUTES =
      List.of(
          "alter role kn_system nologin nosuperuser nocreatedb nocreaterole noreplication",
          "alter role kn_owner nologin nosuperuser nocreatedb nocreaterole noreplication",
          "alter role kn_migrate login nosuperuser nocreatedb nocreaterole noreplication",
          "alter role kn_app login nosuperuser nocreatedb nocreaterole noreplication",
          "grant kn_owner to kn_migrate");

  private static final List<String> DATABASE_GRANTS =
      List.of(
          "alter database kn owner to kn_owner",
          "alter database kn connection limit -1",
          "revoke all on database kn from public",
          "grant connect on database kn to kn_app, kn_migrate",
          "revoke connect on database postgres from public",
          "revoke connect on database template1 from public");

  /** What by hand makes all sessions read-only, ours too, is among what is taken back. */
  private static final String WRITABLE = "set default_transaction_read_only = off";

  /** Readers pass and writers wait meanwhile, so not for long; it is tried again. */
  private static final String LOCKS = "set local lock_timeout = '2s'";

  private static final String MARKED =
      "select from pg_shdescription where classoid = 'pg_authid'::regclass"
          + " and objoid = to_regrole('kn_owner') and description = ?";

  /** Patroni's role for pg_rewind, which connects there; Patroni makes it. */
  private static final String REWIND = "rewind";

  private static final String REWIND_GRANT = "grant connect on database postgres to " + REWIND;

  private final Databases databases;
  private final SecretReader secrets;
  private final SecureRandom random;

  /** Works through those connections, with passwords from there. */
  public DatabasePreparation(Databases databases, SecretReader secrets, SecureRandom random) {
    this.databases = databases;
    this.secrets = secrets;
    this.random = random;
  }

  @Override
  public Class<PrepareDatabase> type() {
    return PrepareDatabase.class;
  }

  @Override
  public void run(PrepareDatabase action) throws ActionFailed {
    try {
      try (Connection server = open(action, "postgres")) {
        if (exists(server, "select from pg_database where datname = ?", Names.DATABASE)) {
          refuseOthers(action);
        } else {
          refuseLoss(server, action);
        }
        roles(server, action);
        database(server);
      }
      try (Connection database = open(action, Names.DATABASE)) {
        schema(database);
        publish(database, action);
        mark(database, action);
      }
    } catch (SQLException e) {
      if (OTHER_CLUSTER.equals(e.getSQLState())) {
        throw identityMismatch(action, e);
      }
      throw new ActionFailed(
          ActionReason.PREPARATION_FAILED,
          "Shard "
              + action.shard().part()
              + " could not be prepared ("
              + Refusal.of(e).text()
              + "). It is tried again; if this lasts, read why: "
              + Logs.command(
                  action.shard().namespace(),
                  Labels.with(
                      Blueprint.postgresSelector(action.shard().name()),
                      Labels.SHARD,
                      action.shard().part()))
              + ".",
          e);
    }
  }

  private Connection open(PrepareDatabase action, String database) throws SQLException {
    Connection opened = databases.open(action.shard(), database, ANSWER);
    try {
      execute(opened, WRITABLE);
      return opened;
    } catch (SQLException e) {
      opened.close();
      throw e;
    }
  }

  /** Nothing is changed in a database that another ShardSet's data lives in. */
  private void refuseOthers(PrepareDatabase action) throws SQLException, ActionFailed {
    try (Connection database = open(action, Names.DATABASE)) {
      if (exists(
              database,
              "select from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                  + " where n.nspname = 'kn' and c.relname = ?",
              "identity")
          && exists(
              database,
              "select from kn.identity where cluster_id::text <> ?",
              action.clusterId())) {
        throw identityMismatch(action, null);
      }
    }
  }

  /** An empty database in the place of one that was there would be taken for it. */
  private static void refuseLoss(Connection server, PrepareDatabase action)
      throws SQLException, ActionFailed {
    if (!exists(server, MARKED, mark(action))) {
      return;
    }
    throw ActionFailed.stuck(
        ShardSetReason.DATA_LOST,
        ("Database kn of shard %s is gone, and its server had one: somebody renamed or dropped it."
                + " No other one is made. The server has: %s. In a session of a superuser that is"
                + " connected to database postgres, rename it back: alter database OTHER rename to"
                + " kn, or restore it under that name. Only where its data is to be given up, begin"
                + " with an empty one: comment on role kn_owner is null.")
            .formatted(
                action.shard().part(),
                String.join(
                    ", ",
                    texts(
                        server,
                        "select datname from pg_database where not datistemplate order by datname"))),
        null);
  }

  /** It outlives the database. */
  private static void mark(Connection database, PrepareDatabase action) throws SQLException {
    String mark = mark(action);
    if (!exists(database, MARKED, mark)) {
      execute(database, "comment on role kn_owner is '" + mark + "'");
    }
  }

  private static String mark(PrepareDatabase action) {
    return "database kn is shard %s of %s".formatted(action.shard().part(), action.clusterId());
  }

  private static ActionFailed identityMismatch(
      PrepareDatabase action, @org.jspecify.annotations.Nullable Exception cause) {
    return new ActionFailed(
        ShardSetReason.IDENTITY_MISMATCH,
        "The database of shard "
            + action.shard().part()
            + " holds the data of another ShardSet or shard. Nothing was changed. Restore the"
            + " Secrets that belong to this data, or remove its volumes.",
        cause);
  }

  private void roles(Connection server, PrepareDatabase action) throws SQLException, ActionFailed {
    for (String role : List.of("kn_system", "kn_owner", "kn_migrate", "kn_app")) {
      if (!exists(server, "select from pg_roles where rolname = ?", role)) {
        tolerating(server, "create role " + role, DUPLICATE_OBJECT, UNIQUE_VIOLATION);
      }
    }
    for (String statement : ROLE_ATTRIBUTES) {
      execute(server, statement);
    }
    for (String statement : texts(server, Promises.OF_ROLES)) {
      execute(server, statement);
    }
    for (String role : Logins.OWN) {
      password(server, action, role);
    }
    for (String role : Logins.OF_PATRONI) {
      if (exists(server, "select from pg_roles where rolname = ?", role)) {
        password(server, action, role);
      }
    }
  }

  /** The first column of what is found. */
  private static List<String> texts(Connection connection, String query) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }

  private void password(Connection server, PrepareDatabase action, String role)
      throws SQLException, ActionFailed {
    Logins.Place place = Logins.places(action.shard().name()).get(role);
    String password =
        secrets
            .line(action.shard().namespace(), place.secret(), place.key())
            .filter(Logins::isUsable)
            .orElseThrow(
                () ->
                    new ActionFailed(
                        ShardSetReason.PASSWORD_UNUSABLE,
                        "There is no password of printable ASCII characters in %s: set one there."
                            .formatted(place),
                        null));
    try (PreparedStatement query =
        server.prepareStatement(
            "select coalesce(rolpassword, '') from pg_authid where rolname = ?")) {
      query.setString(1, role);
      try (ResultSet row = query.executeQuery()) {
        if (row.next() && ScramVerifier.matches(row.getString(1), password)) {
          return;
        }
      }
    }
    // A verifier holds nothing that would have to be escaped.
    execute(
        server, "alter role " + role + " password '" + ScramVerifier.of(password, random) + "'");
  }

  private static void database(Connection server) throws SQLException {
    if (!exists(server, "select from pg_database where datname = ?", Names.DATABASE)) {
      tolerating(server, "create database kn owner kn_owner", DUPLICATE_DATABASE, UNIQUE_VIOLATION);
    }
    for (String statement : DATABASE_GRANTS) {
      execute(server, statement);
    }
    if (exists(server, "select from pg_roles where rolname = ?", REWIND)) {
      execute(server, REWIND_GRANT);
    }
  }

  /** Whatever goes with the schema, or with the rights of a role, goes from the tables too. */
  private static void schema(Connection database) throws SQLException {
    // Before: that everything is lost shows in what the schema restores.
    List<String> ofTables = texts(database, Promises.OF_TABLES);
    database.setAutoCommit(false);
    execute(database, KnSchema.sql());
    execute(database, LOCKS);
    for (String statement : ofTables) {
      execute(database, statement);
    }
    database.commit();
    database.setAutoCommit(true);
    if (exists(database, "select from pg_available_extensions where name = ?", "vector")) {
      tolerating(
          database,
          "create extension if not exists vector schema public",
          DUPLICATE_OBJECT,
          UNIQUE_VIOLATION);
    }
  }

  private static void publish(Connection database, PrepareDatabase action) throws SQLException {
    try (PreparedStatement call = database.prepareStatement("select kn.publish(?, ?, ?::jsonb)")) {
      call.setString(1, action.clusterId());
      call.setString(2, action.shard().part());
      call.setString(3, action.topology());
      call.execute();
    }
  }

  private static boolean exists(Connection connection, String sql, String argument)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, argument);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A former leader may still be at the same work: what it has just made is fine. */
  private static void tolerating(Connection connection, String sql, String... states)
      throws SQLException {
    try {
      execute(connection, sql);
    } catch (SQLException e) {
      if (!List.of(states).contains(e.getSQLState())) {
        throw e;
      }
    }
  }
}
