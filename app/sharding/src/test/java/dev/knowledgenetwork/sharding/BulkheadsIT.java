package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.UnavailableException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shard that is down or slow costs its own clients little and those of others nothing. */
class BulkheadsIT {

  /** Aim: 50 ms. Here others use the machine too; an attempt at the shard takes two seconds. */
  private static final Duration AT_ONCE = Duration.ofMillis(500);

  @TempDir private Path directory;
  private TestShards shards;
  private Shards storage;

  @BeforeEach
  void open() {
    shards = TestShards.startMigrated(2, Notes.MIGRATIONS);
    storage = Shards.open(shards.settings(shards.writeTopology(directory)));
    await().until(() -> storage.health().allReached());
  }

  @AfterEach
  void close() {
    storage.close();
    shards.close();
  }

  @Test
  void aShardThatIsKnownToBeDownIsRefusedAtOnceUntilItIsBack() throws SQLException {
    shards.execute(0, "postgres", "alter role kn_app nologin");
    shards.execute(
        0,
        "postgres",
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'kn_app'");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              long start = System.nanoTime();
              assertThatThrownBy(() -> create(shards.tenantOn(0)))
                  .isInstanceOf(UnavailableException.class);
              assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_ONCE);
            });
    create(shards.tenantOn(1));
    shards.execute(0, "postgres", "alter role kn_app login");
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreException(UnavailableException.class)
        .until(() -> create(shards.tenantOn(0)) != null);
  }

  @Test
  void aShardWhoseConnectionsAreAllBusyRefusesAfterTheTimeToGetOneAndNotAfterTheDeadline()
      throws Exception {
    TenantId slow = shards.tenantOn(0);
    // Eight connections: some answer all the time, so the shard is there, and none is free.
    List<CompletableFuture<?>> busy = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int late = i;
      busy.add(
          CompletableFuture.runAsync(
              () -> sleep(slow, 0.8 + late * 0.02), Thread::startVirtualThread));
    }
    await().until(() -> storage.health().shards().get("s0").silence().toMillis() < 1_000);
    long start = System.nanoTime();
    List<Throwable> refused = new ArrayList<>();
    for (CompletableFuture<?> one : busy) {
      one.handle((done, failure) -> failure == null ? null : refused.add(failure))
          .get(20, TimeUnit.SECONDS);
    }
    assertThat(refused).isNotEmpty();
    assertThat(refused).allSatisfy(e -> assertThat(e).hasRootCauseInstanceOf(SQLException.class));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    create(shards.tenantOn(1));
  }

  private void sleep(TenantId tenant, double seconds) {
    storage
        .transactions()
        .read(
            "sleep",
            tenant.value(),
            (connection, route) -> {
              try (Statement statement = connection.createStatement()) {
                return statement.execute("select pg_sleep(" + seconds + ")");
              }
            });
  }

  private CreateOutcome<?> create(TenantId tenant) {
    return Notes.of(storage).table().create(tenant, "author", Notes.TITLED);
  }
}
