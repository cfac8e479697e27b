package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.runtime.connect.Databases;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Asks a shard's primary how far its preparation is: one connection, one query. */
public final class DatabaseObserver implements Observer<ShardSet, Integer, DatabaseView> {

  private static final DatabaseView UNPREPARED = new DatabaseView(false, "", 0, 0);

  /** Database, schema, table or column is missing: not prepared, but alive. */
  private static final Set<String> MISSING = Set.of("3D000", "3F000", "42P01", "42703");

  private static final String QUERY =
      """
      select (select count(*) from pg_roles
               where rolname in ('kn_system', 'kn_owner', 'kn_migrate', 'kn_app')) = 4 as roles,
             not exists (select from pg_roles
               where rolname = 'rewind'
                 and not has_database_privilege(oid, 'postgres', 'connect')) as rewindable,
             coalesce((select max(cluster_id::text) from kn.identity), '') as cluster_id,
             coalesce((select max(version) from kn.schema_version), 0) as version,
             coalesce((select max(epoch) from kn.topology), 0) as epoch
      """;

  private final Databases databases;

  /** Asks through these connections. */
  public DatabaseObserver(Databases databases) {
    this.databases = databases;
  }

  @Override
  public Fact<DatabaseView> fact() {
    return DatabaseView.FACT;
  }

  @Override
  public Map<Target, Integer> targets(ShardSet shardSet, Children children) {
    return ShardTargets.of(shardSet, children);
  }

  @Override
  public DatabaseView ask(Target shard, Integer instances) throws SQLException {
    try (Connection connection = databases.open(shard, Names.DATABASE, Duration.ofSeconds(5));
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(QUERY)) {
      row.next();
      String clusterId = row.getString("cluster_id");
      int version = row.getInt("version");
      long epoch = row.getLong("epoch");
      boolean prepared =
          row.getBoolean("roles")
              && row.getBoolean("rewindable")
              && !clusterId.isEmpty()
              && version > 0
              && epoch > 0;
      return new DatabaseView(prepared, clusterId, version, epoch);
    } catch (SQLException e) {
      if (MISSING.contains(e.getSQLState())) {
        return UNPREPARED;
      }
      throw e;
    }
  }
}
