package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testing.Draws;
import dev.knowledgenetwork.testing.Property;
import dev.knowledgenetwork.topology.TopologyDocument;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever moved in whatever order, whoever has heard of it: a router is served by the owner of a
 * bucket and by no other shard, and one that knows the newest topology is always served.
 */
class EpochsIT {
  private static final List<Integer> BUCKETS = List.of(0, 1, 4095);
  private static TestShards shards;

  /** Every topology there ever was; the last one is the truth. */
  private final List<TopologyDocument> history = new ArrayList<>();

  @BeforeAll
  static void start() {
    shards = TestShards.start(2);
  }

  @AfterAll
  static void stop() {
    shards.close();
  }

  @BeforeEach
  void begin() throws SQLException {
    history.add(shards.topology());
    for (int shard = 0; shard < 2; shard++) {
      shards.execute(shard, "postgres", "delete from kn.topology; delete from kn.bucket_owner");
      shards.publish(shard, shards.topology());
    }
  }

  @Property(tries = 20)
  void theOwnerAloneServesARouterOfAnyAgeAndAlwaysOneThatIsUpToDate(Draws draws)
      throws SQLException {
    for (int steps = draws.between(1, 12); steps > 0; steps--) {
      if (draws.between(0, 1) == 0) {
        move(draws.oneOf(BUCKETS));
      } else {
        shards.publish(draws.between(0, 1), draws.oneOf(history));
      }
      TopologyDocument known = draws.oneOf(history);
      for (int bucket : BUCKETS) {
        int asked = known.assignment().get(bucket);
        assertThat(serves(asked, bucket, known.epoch(bucket)))
            .as("bucket %d at s%d, known epoch %d of %s", bucket, asked, known.epoch(), history)
            .isEqualTo(asked == owner(bucket));
        assertThat(serves(owner(bucket), bucket, now().epoch(bucket))).isTrue();
      }
    }
  }

  @Test
  void aShardThatIsRestoredFromBeforeABucketLeftDoesNotServeItsOldRows() throws SQLException {
    int bucket = BUCKETS.getFirst();
    int home = owner(bucket);
    move(bucket);
    move(bucket);
    set(home, bucket, "owned", 1, home);
    shards.publish(home, now());
    assertThat(serves(home, bucket, now().epoch(bucket))).isFalse();
  }

  @Test
  void aShardThatIsNewOwnsNothingBeforeItsBucketsHaveArrived() throws SQLException {
    int bucket = BUCKETS.getFirst();
    int home = owner(bucket);
    move(bucket);
    shards.execute(1 - home, "postgres", "delete from kn.topology; delete from kn.bucket_owner");
    shards.publish(1 - home, now());
    assertThat(serves(1 - home, bucket, 0)).isFalse();
    assertThat(serves(1 - home, firstOf(1 - home), 1)).isTrue();
  }

  private static int firstOf(int shard) {
    return shards.topology().assignment().lastIndexOf(shard);
  }

  private TopologyDocument now() {
    return history.getLast();
  }

  private int owner(int bucket) {
    return now().assignment().get(bucket);
  }

  /** A move to the other shard, which nobody is told of. */
  private void move(int bucket) throws SQLException {
    int source = owner(bucket);
    List<Integer> assignment = new ArrayList<>(now().assignment());
    assignment.set(bucket, 1 - source);
    history.add(now().next(now().shards(), assignment));
    set(source, bucket, "moved", now().epoch(), 1 - source);
    set(1 - source, bucket, "owned", now().epoch(), 1 - source);
  }

  private static void set(int shard, int bucket, String state, long epoch, int owner)
      throws SQLException {
    shards.execute(
        shard,
        "postgres",
        "update kn.bucket_owner set state = '%s', epoch = %d, owner = 's%d' where bucket = %d"
            .formatted(state, epoch, owner, bucket));
  }

  private static boolean serves(int shard, int bucket, long epoch) throws SQLException {
    try (Connection router = shards.connect(shard, "kn_app");
        Statement statement = router.createStatement()) {
      statement.execute("select kn.enter(%d, %d)".formatted(bucket, epoch));
      statement.execute("select kn.read(%d, %d)".formatted(bucket, epoch));
      return true;
    } catch (SQLException e) {
      assertThat(e.getSQLState()).isEqualTo("KN001");
      return false;
    }
  }
}
