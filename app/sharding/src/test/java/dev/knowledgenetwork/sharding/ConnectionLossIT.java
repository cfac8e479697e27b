package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.UnavailableException;
import dev.knowledgenetwork.kernel.WriteOutcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a process lives through the loss of connections, servers and standbys. */
class ConnectionLossIT {
  private static TestShards shards;

  @TempDir private Path directory;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Shards storage;

  @BeforeAll
  static void startShards() {
    shards = TestShards.startMigrated(2, Notes.MIGRATIONS);
  }

  @AfterAll
  static void stopShards() {
    shards.close();
  }

  @BeforeEach
  void open() {
    storage = Shards.open(shards.settings(shards.writeTopology(directory)), meters);
  }

  @AfterEach
  void close() {
    storage.close();
  }

  @Test
  void connectionsThatAreCutCostARetryAndNoError() throws SQLException {
    TenantId tenant = shards.tenantOn(0);
    List<Resource> made = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      made.add(create(tenant));
      shards.disconnect(0, "kn_app");
    }
    for (Resource note : made) {
      assertThat(Notes.of(storage).table().find(tenant, note.id())).contains(note);
    }
    assertThat(retries("s0", "connection")).isPositive();
  }

  @Test
  void aServerThatBecameReadOnlyCostsARetry() throws Exception {
    TenantId tenant = shards.tenantOn(0);
    create(tenant);
    shards.execute(0, "postgres", "alter role kn_app set default_transaction_read_only = on");
    shards.disconnect(0, "kn_app");
    Thread promotion =
        Thread.ofVirtual()
            .start(
                () -> {
                  await().until(() -> retries("s0", "read_only") > 0);
                  alterReadWrite();
                });
    create(tenant);
    assertThat(promotion.join(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void aCommitThatNoStandbyConfirmsIsNotAcknowledgedAndEndsWithTheDeadline() throws SQLException {
    try (LostStandby ignored = new LostStandby(shards)) {
      long start = System.nanoTime();
      CreateOutcome<Resource> outcome =
          Notes.of(storage).table().create(shards.tenantOn(0), "author", Notes.TITLED);
      assertThat(outcome).isInstanceOf(CreateOutcome.Unknown.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    }
  }

  @Test
  void aCommitWhoseWaitForTheStandbyIsCancelledIsNotAcknowledged() throws Exception {
    TenantId tenant = shards.tenantOn(0);
    Resource made = create(tenant);
    try (LostStandby standby = new LostStandby(shards)) {
      CompletableFuture<WriteOutcome<Resource>> deletion =
          CompletableFuture.supplyAsync(
              () -> Notes.of(storage).table().delete(tenant, made.id(), OptionalLong.of(1)),
              Thread::startVirtualThread);
      await().until(() -> standby.cancelWaiters() > 0);
      assertThat(deletion.get(10, TimeUnit.SECONDS)).isEqualTo(new WriteOutcome.Unknown<>());
    }
  }

  @Test
  void everyShardIsProbedWithoutTraffic() {
    await().atMost(Duration.ofSeconds(5)).until(() -> storage.health().allReached());
    assertThat(storage.health().epoch()).isEqualTo(1);
  }

  @Test
  void poolsAreMeasuredForEachShard() {
    assertThat(meters.find("hikaricp.connections.max").tag("pool", "s0").gauge()).isNotNull();
    assertThat(meters.find("hikaricp.connections.max").tag("pool", "s1").gauge()).isNotNull();
    create(shards.tenantOn(0));
    assertThat(meters.get("kn.storage.operation").tag("operation", "create").timer().count())
        .isEqualTo(1);
  }

  @Test
  void aShardThatIsGoneIsUnavailableWithinTheDeadlineAndTheOtherServes(@TempDir Path elsewhere)
      throws IOException {
    try (TestShards fragile = TestShards.startMigrated(2, Notes.MIGRATIONS);
        Shards client = Shards.open(fragile.settings(fragile.writeTopology(elsewhere)), meters)) {
      Notes.of(client).table().create(fragile.tenantOn(0), "author", Notes.TITLED);
      fragile.stop(0);
      long start = System.nanoTime();
      assertThatThrownBy(
              () -> Notes.of(client).table().create(fragile.tenantOn(0), "author", Notes.TITLED))
          .isInstanceOfSatisfying(
              UnavailableException.class, e -> assertThat(e.retryAfter()).isPositive())
          .hasMessageNotContainingAny("localhost", "kn_app", "insert");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
      assertThat(Notes.of(client).table().create(fragile.tenantOn(1), "author", Notes.TITLED))
          .isInstanceOf(CreateOutcome.Created.class);
      assertThat(client.health().shards().get("s1").reached()).isTrue();
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> assertThat(client.health().allHeardWithin(Duration.ofSeconds(5))).isFalse());
    }
  }

  private void alterReadWrite() {
    try {
      shards.execute(0, "postgres", "alter role kn_app reset default_transaction_read_only");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Resource create(TenantId tenant) {
    return Notes.of(storage).create(tenant);
  }

  private double retries(String shard, String reason) {
    var counter =
        meters.find("kn.storage.retries").tag("shard", shard).tag("reason", reason).counter();
    return counter == null ? 0 : counter.count();
  }
}
