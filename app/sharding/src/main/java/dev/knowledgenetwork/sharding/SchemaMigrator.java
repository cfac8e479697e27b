package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.sharding.ShardDataSource.Address;
import dev.knowledgenetwork.topology.TopologyDocument;
import dev.knowledgenetwork.topology.TopologyDocument.Shard;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.output.MigrateResult;
import org.flywaydb.core.api.output.ValidateResult;

/**
 * Brings the tables of all shards up to date, one shard after the other, over direct connections to
 * the primaries. Idempotent, safe beside another run, and resumable: a run that was killed at any
 * moment is finished by the next. What was applied is recorded in each shard, in the history of the
 * application, which the runtime role can read but not write.
 */
public final class SchemaMigrator {
  private static final Duration UNLIMITED = Duration.ZERO;
  private static final int CONNECT_RETRIES = 5;
  private static final int CONNECT_PAUSE_SECONDS = 5;

  private final Migrations migrations;
  private final Credentials credentials;
  private final TransportSecurity security;
  private final Consumer<String> progress;

  /**
   * Prepares a run.
   *
   * @param migrations of the application
   * @param credentials login that may become {@code kn_owner}
   * @param security protection of the connections
   * @param progress told in words what is being done, shard by shard
   */
  public SchemaMigrator(
      Migrations migrations,
      Credentials credentials,
      TransportSecurity security,
      Consumer<String> progress) {
    this.migrations = migrations;
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
    SchemaHistory history = new SchemaHistory(primary, migrations.history());
    if (!history.exists() && isFormerHistory(primary)) {
      history.takeOver(Migrations.PLATFORM);
    }
    Flyway flyway = flyway(primary, history.name(), "*:future", "*:pending");
    if (history.exists()) {
      history.forgetFailures();
    } else {
      flyway.baseline();
    }
    ValidateResult validity = flyway.validateWithResult();
    if (!validity.validationSuccessful) {
      throw new MigrationFailedException(
          shard.name(), MigrationConflicts.describe(history.name(), validity));
    }
    MigrateResult result = flyway.migrate();
    history.close();
    return result;
  }

  /**
   * Whether the table of the platform holds what was applied of these migrations, and nothing else,
   * by a version that kept all histories there. It wrote no line for the beginning.
   */
  private boolean isFormerHistory(DataSource primary) {
    Flyway flyway = flyway(primary, Migrations.PLATFORM, "*:pending");
    MigrationInfo[] applied = flyway.info().applied();
    return applied.length > 0
        && Arrays.stream(applied).allMatch(each -> each.getType() == CoreMigrationType.SQL)
        && flyway.validateWithResult().validationSuccessful;
  }

  private Flyway flyway(DataSource primary, String history, String... ignored) {
    return Flyway.configure(SchemaMigrator.class.getClassLoader())
        .dataSource(primary)
        .initSql(SchemaHistory.SESSION)
        .connectRetries(CONNECT_RETRIES)
        .connectRetriesInterval(CONNECT_PAUSE_SECONDS)
        .table(history)
        // Below all migrations: the tables of other applications count as not there.
        .baselineVersion("0")
        .baselineDescription("beginning")
        .ignoreMigrationPatterns(ignored)
        .defaultSchema("public")
        .createSchemas(false)
        .resourceProvider(new MigrationScripts(migrations.files()))
        .failOnMissingLocations(false)
        .validateMigrationNaming(true)
        .cleanDisabled(true)
        .outputQueryResults(false)
        // A lock in a transaction would block CREATE INDEX CONCURRENTLY, which waits for it.
        .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
        .load();
  }
}
