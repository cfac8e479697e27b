package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.topology.TopologyDocument;
import dev.knowledgenetwork.topology.TopologyDocument.Endpoint;
import dev.knowledgenetwork.topology.TopologyDocument.Shard;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a process learns of a new topology, and that it is never wrong before it has. */
class RoutingIT {
  @TempDir private Path directory;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private TestShards shards;
  private Path topologyFile;
  private Shards storage;

  @BeforeEach
  void start() {
    shards = TestShards.startMigrated(2, Notes.MIGRATIONS);
    topologyFile = shards.writeTopology(directory);
    storage = Shards.open(shards.settings(topologyFile), meters);
  }

  @AfterEach
  void stop() {
    storage.close();
    shards.close();
  }

  @Test
  void aStaleRouterIsRefusedReloadsAndSucceedsInTheSameCall() throws SQLException {
    TenantId tenant = shards.tenantOn(0);
    TopologyDocument moved = moved(shards.bucket(tenant), 1);
    deafen();
    moveBucket(shards.bucket(tenant), moved);

    Resource made = create(tenant);

    assertThat(storage.topology().epoch()).isEqualTo(2);
    assertThat(retries("s0", "moved")).isEqualTo(1);
    assertThat(Notes.of(storage).table().find(tenant, made.id())).contains(made);
  }

  @Test
  void aStaleRouterReadsNothingAtTheOldPlace() throws SQLException {
    TenantId tenant = shards.tenantOn(0);
    Resource made = create(tenant);
    deafen();
    moveBucket(shards.bucket(tenant), moved(shards.bucket(tenant), 1));
    // The row was not copied: the new owner says so, the old one, which has it, is not believed.
    assertThat(Notes.of(storage).table().find(tenant, made.id())).isEmpty();
    assertThat(storage.topology().epoch()).isEqualTo(2);
  }

  @Test
  void aPublishedTopologyIsHeardOfAtOnce() throws SQLException {
    TenantId tenant = shards.tenantOn(0);
    awaitListener();
    moveBucket(shards.bucket(tenant), moved(shards.bucket(tenant), 1));
    await().atMost(Duration.ofSeconds(3)).until(() -> storage.topology().epoch() == 2);
  }

  @Test
  void aNewFileIsTakenAndAnOldOrForeignOrBrokenOneIsNot() throws Exception {
    TenantId tenant = shards.tenantOn(0);
    TopologyDocument second = moved(shards.bucket(tenant), 1);
    deafen();
    TestShards.writeTopology(directory, second);
    await().atMost(Duration.ofSeconds(5)).until(() -> storage.topology().epoch() == 2);

    Files.writeString(topologyFile, "{");
    TestShards.writeTopology(directory, shards.topology());
    TestShards.writeTopology(
        directory, with(second, "another-cluster", 99, second.shards(), second.assignment()));
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(3))
        .until(() -> storage.topology().equals(second));
  }

  @Test
  void aTopologyThatGrewElsewhereChangesNothingForABucketThatStayed() {
    TenantId tenant = shards.tenantOn(0);
    deafen();
    TestShards.writeTopology(directory, moved(shards.bucket(shards.tenantOn(1)), 0));
    await().atMost(Duration.ofSeconds(5)).until(() -> storage.topology().epoch() == 2);
    create(tenant);
    assertThat(retries("s0", "moved")).isZero();
  }

  @Test
  void aMoveThatItsTargetHasNotFinishedIsWaitedForAndThenTheWriteSucceeds() throws Exception {
    TenantId tenant = shards.tenantOn(0);
    int bucket = shards.bucket(tenant);
    deafen();
    setOwner(0, bucket, "moved");
    TestShards.writeTopology(directory, moved(bucket, 1));
    await().atMost(Duration.ofSeconds(5)).until(() -> storage.topology().epoch() == 2);
    Thread target =
        Thread.ofVirtual()
            .start(
                () -> {
                  await().until(() -> retries("s1", "moved") > 2);
                  setOwner(1, bucket, "owned");
                });
    create(tenant);
    assertThat(target.join(Duration.ofSeconds(5))).isTrue();
  }

  private Resource create(TenantId tenant) {
    return Notes.of(storage).create(tenant);
  }

  private double retries(String shard, String reason) {
    var counter =
        meters.find("kn.storage.retries").tag("shard", shard).tag("reason", reason).counter();
    return counter == null ? 0 : counter.count();
  }

  /** Ownership as after a move: closed at the source, open at the target, then published. */
  private void moveBucket(int bucket, TopologyDocument moved) throws SQLException {
    setOwner(0, bucket, "moved");
    setOwner(1, bucket, "owned");
    shards.publish(1, moved);
    shards.publish(0, moved);
  }

  private void setOwner(int shard, int bucket, String state) {
    try {
      shards.execute(
          shard,
          "postgres",
          "update kn.bucket_owner set state = '%s', epoch = 2, owner = 's1' where bucket = %d"
              .formatted(state, bucket));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private TopologyDocument moved(int bucket, int target) {
    TopologyDocument now = shards.topology();
    List<Integer> assignment = new ArrayList<>(now.assignment());
    assignment.set(bucket, target);
    return now.next(now.shards(), assignment);
  }

  private static TopologyDocument with(
      TopologyDocument d,
      String clusterId,
      long epoch,
      List<Shard> shards,
      List<Integer> assignment) {
    return new TopologyDocument(
        clusterId,
        epoch,
        d.strategy(),
        d.key(),
        d.buckets(),
        d.virtualNodes(),
        d.database(),
        shards,
        assignment,
        d.epochs());
  }

  private void awaitListener() {
    await().atMost(Duration.ofSeconds(5)).until(() -> listeners() == 1);
  }

  private int listeners() throws SQLException {
    int sessions = 0;
    for (int shard = 0; shard < 2; shard++) {
      try (var connection = shards.connect(shard, "postgres");
          var statement = connection.createStatement();
          var rows =
              statement.executeQuery(
                  "select count(*) from pg_stat_activity"
                      + " where application_name = 'knowledge-network-topology'"
                      + " and query not like 'listen%' and state = 'idle'")) {
        rows.next();
        sessions += rows.getInt(1);
      }
    }
    return sessions;
  }

  /** Opens storage whose listener finds no server: a router is stale while it has not heard. */
  private void deafen() {
    storage.close();
    TopologyDocument known = shards.topology();
    List<Shard> unheard =
        known.shards().stream()
            .map(s -> new Shard(s.name(), new Endpoint("localhost", 1), s.replicas(), s.pooler()))
            .toList();
    TestShards.writeTopology(
        directory, with(known, known.clusterId(), 1, unheard, known.assignment()));
    storage = Shards.open(shards.settings(topologyFile), meters);
  }
}
