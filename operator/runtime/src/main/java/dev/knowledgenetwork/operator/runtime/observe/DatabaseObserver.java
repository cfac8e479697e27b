package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.core.shardset.topology.Leading;
import dev.knowledgenetwork.operator.core.shardset.topology.RejectedSetting;
import dev.knowledgenetwork.operator.core.workload.Line;
import dev.knowledgenetwork.operator.runtime.connect.Databases;
import dev.knowledgenetwork.operator.runtime.connect.Promises;
import dev.knowledgenetwork.operator.runtime.connect.Refusal;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.topology.KnSchema;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Asks a shard's primary how far its preparation is, whether it takes writes, and whether it takes
 * its settings: one connection, two queries, and a write of an application now and then ({@link
 * WriteProofs}).
 */
public final class DatabaseObserver implements Observer<ShardSet, Leading, DatabaseView> {

  /** Longer than a write may take. */
  private static final Duration ANSWER = Duration.ofSeconds(8);

  /** Seconds; a lock is the only thing that takes longer. */
  private static final int PATIENCE = 3;

  private static final String CANCELED = "57014";

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
             coalesce((select max(epoch) from kn.topology), 0) as epoch,
             array(%s) as broken,
             concat_ws(' ', pg_postmaster_start_time(), pg_conf_load_time(), pg_is_in_recovery())
               as circumstances
      """
          .replace("%s", Promises.BROKEN);

  /** A setting that only waits for a restart has an error too, and is taken. */
  private static final String REJECTED =
      """
      select coalesce(f.name, 'in line ' || f.sourceline || ' of ' || f.sourcefile) as name, f.error,
             coalesce(f.setting = s.reset_val, false) as in_force
        from pg_file_settings f left join pg_settings s on lower(s.name) = lower(f.name)
        where f.error is not null and not coalesce(s.pending_restart, false)
      """;

  private final Databases databases;
  private final WriteProofs proofs;
  private final Map<Target, DatabaseView> last = new ConcurrentHashMap<>();

  /** Asks through these connections. */
  public DatabaseObserver(Databases databases, InstantSource clock) {
    this.databases = databases;
    this.proofs = new WriteProofs(databases, clock);
  }

  @Override
  public Fact<DatabaseView> fact() {
    return DatabaseView.FACT;
  }

  /** Asked anew as soon as another one leads. */
  @Override
  public Map<Target, Leading> targets(ShardSet shardSet, Children children) {
    return ShardTargets.of(shardSet, children).keySet().stream()
        .collect(Collectors.toMap(Function.identity(), shard -> Leading.of(children, shard)));
  }

  @Override
  public DatabaseView ask(Target shard, Leading leading) throws SQLException {
    Connection opened;
    try {
      opened = databases.open(shard, Names.DATABASE, ANSWER);
    } catch (SQLException e) {
      return unopened(shard, e).asked(leading);
    }
    try (Connection connection = opened) {
      DatabaseView view = view(shard, leading, connection);
      last.put(shard, view);
      return view;
    } catch (SQLException e) {
      if (MISSING.contains(e.getSQLState())) {
        return UNPREPARED.asked(leading);
      }
      throw e;
    }
  }

  /**
   * Somebody holds a lock on what is asked, and it is as it was. Whether users wait for it too, a
   * write tells.
   */
  private DatabaseView locked(
      Target shard, Leading leading, Connection connection, SQLException canceled)
      throws SQLException {
    DatabaseView before = last.get(shard);
    if (before == null || !CANCELED.equals(canceled.getSQLState())) {
      throw canceled;
    }
    return before
        .asked(leading)
        .refusing(proofs.refusal(shard, canceled.getSQLState(), connection));
  }

  /**
   * One that answers and lets nobody in takes no writes; what it held before it still holds. That
   * it does not take the operator's own password says nothing of others: {@link LoginObserver}
   * tells.
   */
  private DatabaseView unopened(Target shard, SQLException refused) throws SQLException {
    if (MISSING.contains(refused.getSQLState())) {
      return UNPREPARED;
    }
    DatabaseView before = last.get(shard);
    Refusal refusal = Refusal.of(refused);
    if (before == null || !refusal.answered() || refusal.ofPassword()) {
      throw refused;
    }
    return before.refusing(Optional.of(WriteProofs.refusal(refused)));
  }

  private DatabaseView view(Target shard, Leading leading, Connection connection)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      DatabaseView schema;
      String circumstances;
      statement.setQueryTimeout(PATIENCE);
      try (ResultSet row = statement.executeQuery(QUERY)) {
        row.next();
        schema = schema(row).asked(leading);
        circumstances = schema + row.getString("circumstances");
      } catch (SQLException e) {
        return locked(shard, leading, connection, e);
      }
      DatabaseView view = schema.rejecting(rejected(statement));
      return schema.epoch() > 0 && schema.schemaVersion() >= KnSchema.VERSION
          ? view.refusing(proofs.refusal(shard, circumstances, connection))
          : view;
    }
  }

  private static DatabaseView schema(ResultSet row) throws SQLException {
    String clusterId = row.getString("cluster_id");
    int version = row.getInt("version");
    long epoch = row.getLong("epoch");
    boolean prepared =
        row.getBoolean("roles")
            && row.getBoolean("rewindable")
            && !clusterId.isEmpty()
            && version > 0
            && epoch > 0;
    DatabaseView view = new DatabaseView(prepared, clusterId, version, epoch);
    // What is yet to be made was not taken away.
    return prepared ? view.breaking(List.of(texts(row.getArray("broken")))) : view;
  }

  private static String[] texts(Array array) throws SQLException {
    return (String[]) array.getArray();
  }

  private static Map<String, RejectedSetting> rejected(Statement statement) throws SQLException {
    Map<String, RejectedSetting> rejected = new TreeMap<>();
    try (ResultSet rows = statement.executeQuery(REJECTED)) {
      while (rows.next()) {
        rejected.put(
            rows.getString("name"),
            new RejectedSetting(Line.of(rows.getString("error")), rows.getBoolean("in_force")));
      }
    }
    return rejected;
  }

  @Override
  public void forget(Owner owner) {
    proofs.forget(owner);
    last.keySet().removeIf(owner::has);
  }
}
