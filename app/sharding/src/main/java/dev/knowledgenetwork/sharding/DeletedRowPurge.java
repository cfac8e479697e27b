package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.topology.TopologyDocument.Shard;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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
   * Only rows that this shard owns: during a move it may hold copies of others. The batch takes no
   * kn.enter: the row trigger does so for each bucket it meets.
   */
  private static final String PURGE =
      """
      delete from %1$s d using (
        select bucket, tenant_id, id from %1$s join kn.bucket_owner o using (bucket)
          where o.state = 'owned' and %2$s < now() - make_interval(secs => ?)
          order by %2$s limit ? for update of %1$s skip locked
      ) old
      where d.bucket = old.bucket and d.tenant_id = old.tenant_id and d.id = old.id
      """;

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

  private final String sql;
  private final Router router;
  private final ShardPools pools;
  private final MeterRegistry meters;

  DeletedRowPurge(
      String table, String since, Router router, ShardPools pools, MeterRegistry meters) {
    this.sql = PURGE.formatted(table, since);
    this.router = router;
    this.pools = pools;
    this.meters = meters;
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
      statement.setDouble(1, age.toSeconds());
      statement.setInt(2, BATCH);
      return statement.executeUpdate();
    }
  }
}
