package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.topology.TopologyDocument.Shard;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;

/**
 * Retention: removes the rows of a table that were deleted, or whose use ended, long ago. Any
 * number of processes may run it at once; they skip each other's rows. Metric: {@code
 * kn.storage.purged}.
 */
public final class DeletedRowPurge {
  private static final System.Logger LOG = System.getLogger(DeletedRowPurge.class.getName());
  private static final int BATCH = 500;
  private static final int TIMEOUT_SECONDS = 10;

  /**
   * What a run did.
   *
   * @param purged rows removed
   * @param failedShards shards where it could not finish; the next run goes on there
   */
  public record Result(long purged, List<String> failedShards) {

    /** Keeps an unmodifiable copy of the names. */
    public Result {
      failedShards = List.copyOf(failedShards);
    }
  }

  private final String table;
  private final String sql;
  private final Router router;
  private final ShardPools pools;
  private final MeterRegistry meters;

  DeletedRowPurge(
      String table,
      Function<ResourceColumns, Field<OffsetDateTime>> since,
      Router router,
      ShardPools pools,
      MeterRegistry meters) {
    ResourceColumns rows = new ResourceColumns(table);
    this.table = table;
    this.sql = SqlText.of(statement(rows, since.apply(rows)));
    this.router = router;
    this.pools = pools;
    this.meters = meters;
  }

  /**
   * Parameters: age, most rows. Only rows that this shard owns: during a move it may hold copies of
   * others. The batch takes no kn.enter: the row trigger does so for each bucket it meets.
   */
  private static Query statement(ResourceColumns rows, Field<OffsetDateTime> since) {
    Table<?> owners = DSL.table(DSL.name("kn", "bucket_owner"));
    Field<Integer> owned = DSL.field(DSL.name("kn", "bucket_owner", "bucket"), Integer.class);
    Field<String> state = DSL.field(DSL.name("kn", "bucket_owner", "state"), String.class);
    Field<DayToSecond> age = DSL.val(null, SQLDataType.INTERVALDAYTOSECOND);
    Table<?> old =
        DSL.select(rows.bucket(), rows.tenant(), rows.id())
            .from(rows.table().join(owners).on(owned.eq(rows.bucket())))
            .where(state.eq(DSL.inline("owned")))
            .and(since.lt(DSL.currentOffsetDateTime().minus(age)))
            .orderBy(since)
            .limit(DSL.val(null, SQLDataType.INTEGER))
            .forUpdate()
            .of(rows.table())
            .skipLocked()
            .asTable("old");
    return DSL.deleteFrom(rows.table())
        .using(old)
        .where(
            rows.bucket().eq(old.field(rows.bucket())),
            rows.tenant().eq(old.field(rows.tenant())),
            rows.id().eq(old.field(rows.id())));
  }

  /** Name of the table. */
  public String table() {
    return table;
  }

  /**
   * Purges all shards in turn, in short transactions of {@value #BATCH} rows. Stops between batches
   * when the thread is interrupted.
   *
   * @param age how long ago that time must be
   */
  public Result purge(Duration age) {
    long purged = 0;
    List<String> failed = new ArrayList<>();
    for (Shard shard : router.routes().document().shards()) {
      try {
        int batch;
        do {
          batch = batch(shard.name(), age);
          purged += batch;
          meters.counter("kn.storage.purged", "shard", shard.name()).increment(batch);
        } while (batch == BATCH && !Thread.currentThread().isInterrupted());
      } catch (SQLException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the purge of shard {0} will go on later: {1}",
            shard.name(),
            Failures.describe(e));
        failed.add(shard.name());
      }
    }
    return new Result(purged, failed);
  }

  private int batch(String shard, Duration age) throws SQLException {
    try (Connection connection = pools.connection(shard);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setQueryTimeout(TIMEOUT_SECONDS);
      statement.setString(1, age.toSeconds() + " seconds");
      statement.setInt(2, BATCH);
      return statement.executeUpdate();
    }
  }
}
