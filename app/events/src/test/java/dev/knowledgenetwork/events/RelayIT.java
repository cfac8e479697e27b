package dev.knowledgenetwork.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Subscriptions get every event, once, in order; whoever dies, whenever. */
class RelayIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();
  private TestShards shards;
  private Shards storage;

  @BeforeEach
  void start() throws SQLException {
    shards = Notes.shards(1);
    Ledger.prepare(shards, 0);
    storage = Notes.open(shards, directory);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    storage.close();
    shards.close();
  }

  private Relay relay(Ledger ledger) {
    Relay relay = new Relay(storage, List.of(ledger), new SimpleMeterRegistry());
    open.add(relay);
    return relay;
  }

  private void awaitAllHandled() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(Ledger.handled(shards, 0)).isEqualTo(Ledger.written(shards, 0)));
  }

  @Test
  void aNewSubscriptionBeginsWithTheOldestEvent() throws SQLException {
    Notes notes = Notes.of(storage);
    Resource note = notes.create(new TenantId("a"));
    notes.patch(new TenantId("a"), note.id(), 1);
    relay(new Ledger(event -> true));

    awaitAllHandled();
    assertThat(Ledger.handled(shards, 0)).containsOnlyKeys(note.id().value());
  }

  @Test
  void whatAHandlerRefusesIsGivenToItAgainBeforeAnythingLater() {
    Notes notes = Notes.of(storage);
    AtomicInteger refusals = new AtomicInteger(2);
    relay(new Ledger(event -> event.subject().version() != 2 || refusals.getAndDecrement() <= 0));
    Resource note = notes.create(new TenantId("a"));
    notes.patch(new TenantId("a"), note.id(), 1);
    notes.patch(new TenantId("a"), note.id(), 2);

    awaitAllHandled();
    assertThat(refusals).hasNegativeValue();
  }

  @Test
  void severalRelaysShareTheWorkAndNothingIsHandledTwice() {
    Notes notes = Notes.of(storage);
    for (int i = 0; i < 3; i++) {
      relay(new Ledger(event -> true));
    }
    for (int i = 0; i < 300; i++) {
      notes.create(new TenantId("tenant-" + i % 7));
    }
    awaitAllHandled();
  }
}
