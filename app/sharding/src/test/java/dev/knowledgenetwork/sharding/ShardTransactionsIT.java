package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.sharding.ShardTransactions.Write;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQL of somebody's own on a table of somebody's own, on the shard of its key. */
class ShardTransactionsIT {

  private static final String TABLE =
      "set role kn_owner;"
          + " create table counters"
          + " (bucket int, name text, n int not null, primary key (bucket, name));"
          + " select kn.distribute('counters');"
          + " grant select, insert, update on counters to kn_app";
  private static final String COUNT =
      "insert into counters as c values (?, ?, 1)"
          + " on conflict (bucket, name) do update set n = c.n + 1 returning n";
  private static final String READ =
      "select n from counters where bucket = ? and name = ? and (select kn.read(?, ?))";

  @TempDir private Path directory;

  @Test
  void anySqlRunsOnTheShardOfItsKeyUnderTheFence() throws SQLException {
    try (TestShards servers = TestShards.start(2);
        Shards shards =
            Shards.open(
                servers.settings(servers.writeTopology(directory)), new SimpleMeterRegistry())) {
      servers.execute(0, "kn_migrate", TABLE);
      servers.execute(1, "kn_migrate", TABLE);
      for (int shard = 0; shard < 2; shard++) {
        TenantId tenant = servers.tenantOn(shard);
        assertThat(count(shards, tenant)).isEqualTo(1);
        assertThat(count(shards, tenant)).isEqualTo(2);
        assertThat(read(shards, tenant)).isEqualTo(2);
      }
      servers.execute(
          0, "postgres", "do $$ begin assert (select count(*) from counters) = 1; end $$");
    }
  }

  private static int count(Shards shards, TenantId tenant) {
    return shards
        .transactions()
        .write(
            "count",
            tenant.value(),
            new Write<>(
                (connection, route) -> {
                  try (PreparedStatement statement = route.enter(connection, COUNT)) {
                    statement.setInt(Route.ENTER_PARAMETERS + 1, route.bucket());
                    statement.setString(Route.ENTER_PARAMETERS + 2, tenant.value());
                    ResultSet rows = Route.rows(statement);
                    rows.next();
                    return rows.getInt(1);
                  }
                },
                () -> -1,
                false));
  }

  private static int read(Shards shards, TenantId tenant) {
    return shards
        .transactions()
        .read(
            "read",
            tenant.value(),
            (connection, route) -> {
              try (PreparedStatement statement = route.prepare(connection, READ)) {
                statement.setInt(1, route.bucket());
                statement.setString(2, tenant.value());
                statement.setInt(3, route.bucket());
                statement.setLong(4, route.epoch());
                ResultSet rows = statement.executeQuery();
                rows.next();
                return rows.getInt(1);
              }
            });
  }
}
