package dev.knowledgenetwork.events;

import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.sharding.TestShards;
import dev.knowledgenetwork.topology.TopologyDocument;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Moves a bucket from shard 0 to shard 1 the way the operator does: by logical replication. */
record BucketMove(TestShards shards, int bucket) {

  private static final List<String> TABLES = List.of("notes", "events", "event_inbox");

  /** Copies the rows and keeps the copy up to date. */
  void copy() throws SQLException {
    StringBuilder tables = new StringBuilder();
    for (String table : TABLES) {
      tables.append(tables.isEmpty() ? "" : ", ").append(table);
      tables.append(" where (bucket = ").append(bucket).append(")");
    }
    shards.execute(
        0,
        "postgres",
        "create publication move for table "
            + tables
            + " with (publish_via_partition_root = true, publish = 'insert,update,delete')");
    shards.execute(
        1,
        "postgres",
        "create subscription move connection 'host=localhost port="
            + shards.topology().shards().getFirst().primary().port()
            + " dbname=kn user=postgres' publication move with (streaming = parallel)");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                count(1, "select count(*) from pg_subscription_rel where srsubstate = 'r'")
                    == TABLES.size());
  }

  /** Closes the bucket at the source, waits for the rest of its rows and opens it at the target. */
  TopologyDocument cutOver() throws SQLException {
    own(0, "moved");
    for (String table : TABLES) {
      String rows = "select count(*) from " + table + " where bucket = " + bucket;
      await().atMost(Duration.ofSeconds(30)).until(() -> count(0, rows) == count(1, rows));
    }
    shards.execute(1, "postgres", "drop subscription move");
    shards.execute(0, "postgres", "drop publication move");
    own(1, "owned");
    TopologyDocument moved = moved();
    shards.publish(1, moved);
    shards.publish(0, moved);
    return moved;
  }

  private void own(int shard, String state) throws SQLException {
    shards.execute(
        shard,
        "postgres",
        "update kn.bucket_owner set state = '%s', epoch = 2, owner = 's1' where bucket = %d"
            .formatted(state, bucket));
  }

  private TopologyDocument moved() {
    TopologyDocument d = shards.topology();
    List<Integer> assignment = new ArrayList<>(d.assignment());
    assignment.set(bucket, 1);
    return d.next(d.shards(), assignment);
  }

  long count(int shard, String sql) throws SQLException {
    try (Connection connection = shards.connect(shard, "postgres");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
