package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.WriteOutcome;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A transaction that gets a row after one that began later writes it under a number of its own that
 * is later still: readers of events go by these numbers.
 */
class WriteOrderIT {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Gives the transaction its number, then makes it wait, as for a row or a processor. */
  private static final String WAIT_WITH_A_NUMBER =
      """
      create function wait_with_a_number() returns trigger language plpgsql as $$
      begin
        perform pg_current_xact_id();
        perform pg_advisory_xact_lock_shared(42);
        return null;
      end
      $$;
      create trigger wait_with_a_number before update on notes
        for each statement execute function wait_with_a_number();
      """;

  /** What another transaction does meanwhile. */
  private static final String OVERTAKE =
      """
      set session_replication_role = replica;
      with changed as (
        update notes set version = version + 1, updated_at = now() returning *
      )
      insert into events (bucket, tenant_id, resource_id, id, type, kind, version, author)
        select bucket, tenant_id, id, gen_random_uuid(), 'note.updated', 'note', version, author
          from changed
      """;

  @TempDir private Path directory;

  @Test
  void whoIsOvertakenOnTheWayToARowIsToldAfterWhoOvertook() throws SQLException {
    try (TestShards shards = TestShards.startMigrated(1, Notes.MIGRATIONS);
        Shards storage = Shards.open(shards.settings(shards.writeTopology(directory)));
        Connection gate = shards.connect(0, "postgres");
        Statement statement = gate.createStatement()) {
      Notes notes = Notes.of(storage);
      TenantId tenant = shards.tenantOn(0);
      Resource note = notes.create(tenant);
      shards.execute(0, "postgres", WAIT_WITH_A_NUMBER);
      statement.execute("select pg_advisory_lock(42)");
      CompletableFuture<WriteOutcome<Resource>> overtaken =
          CompletableFuture.supplyAsync(
              () -> notes.table().delete(tenant, note.id(), OptionalLong.empty()));
      await().atMost(PATIENCE).until(() -> first(statement, WAITING) == 1);
      shards.execute(0, "postgres", OVERTAKE);
      statement.execute("select pg_advisory_unlock(42)");

      assertThat(overtaken.join()).isEqualTo(new WriteOutcome.Deleted<>(3));
      assertThat(told(statement)).containsExactly(1L, 2L, 3L);
    }
  }

  private static final String WAITING =
      "select count(*) from pg_locks where locktype = 'advisory' and objid = 42 and not granted";

  private static long first(Statement statement, String sql) throws SQLException {
    ResultSet row = statement.executeQuery(sql);
    row.next();
    return row.getLong(1);
  }

  /** The versions of the events as readers take them. */
  private static List<Long> told(Statement statement) throws SQLException {
    List<Long> versions = new ArrayList<>();
    ResultSet rows = statement.executeQuery("select version from events order by xid, sequence");
    while (rows.next()) {
      versions.add(rows.getLong(1));
    }
    return versions;
  }
}
