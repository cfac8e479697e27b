package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.sharding.ShardDataSource.Address;
import dev.knowledgenetwork.topology.TopologyDocument;
import dev.knowledgenetwork.topology.TopologyDocument.Shard;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;

/**
 * Brings the tables of all shards up to date, one shard after the other, over direct connections to
 * the primaries. Idempotent, safe beside another run, and resumable: a run that was killed at any
 * moment is finished by the next. What was applied is recorded in each shard, in {@code
 * public.flyway_schema_history}, which the runtime role can read but not write.
 */
public final class SchemaMigrator {
  static final String HISTORY = "flyway_schema_history";

  /** Limits of time are those that the operator has given to the role. */
  private static final String SESSION = "set role kn_owner; set search_path = public";

  private static final Duration UNLIMITED = Duration.ZERO;
  private static final int CONNECT_RETRIES = 5;
  private static final int CONNECT_PAUSE_SECONDS = 5;

  private final List<String> migrations;
  private final Credentials credentials;
  private final TransportSecurity security;
  private final Consumer<String> progress;

  /**
   * Prepares a run.
   *
   * @param migrations file names in {@code db/migration} on the class path, with their {@code
   *     .conf} files
   * @param credentials login that may become {@code kn_owner}
   * @param security protection of the connections
   * @param progress told in words what is being done, shard by shard
   */
  public SchemaMigrator(
      List<String> migrations,
      Credentials credentials,
      TransportSecurity security,
      Consumer<String> progress) {
    this.migrations = List.copyOf(migrations);
    this.credentials = credentials;
    this.security = security;
    this.progress = progress;
  }

  /**
   * Migrates all shards in their order.
   *
   * @throws MigrationFailedException at the first shard that fails
   */
  public void migrate(TopologyDocument topology) {
    int number = 0;
    for (Shard shard : topology.shards()) {
      number++;
      String where = "shard " + shard.name() + " (" + number + "/" + topology.shards().size() + ")";
      progress.accept(where + ": migrating");
      try {
        MigrateResult result = migrate(shard, topology.database());
        progress.accept(
            "%s: version %s, %d applied in %d ms"
                .formatted(
                    where,
                    result.targetSchemaVersion == null
                        ? result.initialSchemaVersion
                        : result.targetSchemaVersion,
                    result.migrationsExecuted,
                    result.getTotalMigrationTime()));
      } catch (FlywayException | SQLException e) {
        throw new MigrationFailedException(shard.name(), e);
      }
    }
  }

  private MigrateResult migrate(Shard shard, String database) throws SQLException {
    DataSource primary =
        new ShardDataSource(
            new Address(shard.primary().host(), shard.primary().port(), database),
            credentials,
            security,
            "knowledge-network-migrate",
            UNLIMITED);
    Flyway flyway =
        Flyway.configure(SchemaMigrator.class.getClassLoader())
            .dataSource(primary)
            .initSql(SESSION)
            .connectRetries(CONNECT_RETRIES)
            .connectRetriesInterval(CONNECT_PAUSE_SECONDS)
            .table(HISTORY)
            .defaultSchema("public")
            .createSchemas(false)
            .resourceProvider(new MigrationScripts(migrations))
            .failOnMissingLocations(false)
            .validateMigrationNaming(true)
            .cleanDisabled(true)
            .outputQueryResults(false)
            // A lock in a transaction would block CREATE INDEX CONCURRENTLY, which waits for it.
            .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
            .load();
    forgetFailures(primary);
    MigrateResult result = flyway.migrate();
    closeHistory(primary);
    return result;
  }

  /** New tables are open to the runtime role; the history of migrations is not. */
  private static void closeHistory(DataSource primary) throws SQLException {
    try (Connection connection = primary.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(SESSION);
      statement.execute("revoke insert, update, delete on " + HISTORY + " from kn_app");
    }
  }

  /**
   * A migration outside a transaction that failed leaves a record that blocks the next run. Such
   * migrations are written to be repeated, so the record is removed. Nothing else is repaired: a
   * script that was changed after it was applied still fails the run.
   */
  private static void forgetFailures(DataSource primary) throws SQLException {
    try (Connection connection = primary.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(SESSION);
      statement.execute(
          "do $$ begin if to_regclass('public.flyway_schema_history') is not null then"
              + " delete from public.flyway_schema_history where not success; end if; end $$");
    }
  }
}
