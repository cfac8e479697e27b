package dev.knowledgenetwork.server;

import dev.knowledgenetwork.sharding.Credentials;
import dev.knowledgenetwork.sharding.Migrations;
import dev.knowledgenetwork.sharding.SchemaMigrator;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.topology.TopologyDocument;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The role migrate: all shards in turn, without a server. May be killed and run again. */
final class Migration {

  private Migration() {}

  /**
   * Migrates.
   *
   * @param environment value of a variable, or null
   * @param progress takes a line for each step
   * @return exit code: 0 when every shard is up to date, else 1
   */
  static int run(Function<String, @Nullable String> environment, Consumer<String> progress) {
    try {
      Settings settings = Settings.from(environment);
      TopologyDocument topology = Shards.readTopology(settings.topologyFile());
      Credentials credentials = Credentials.fromDirectory(settings.databaseCredentials());
      Migrations migrations = Migrations.ofPlatform(Modules.migrations());
      new SchemaMigrator(migrations, credentials, settings.databaseSecurity(), progress)
          .migrate(topology);
      progress.accept("All shards are up to date: " + topology.shards().size());
      return 0;
    } catch (RuntimeException e) {
      progress.accept("Migration failed: " + e.getMessage());
      return 1;
    }
  }
}
