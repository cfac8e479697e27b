package dev.knowledgenetwork.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.UnavailableException;
import dev.knowledgenetwork.kernel.WriteOutcome;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Subscriptions get every event, once, in order; whoever dies, whenever. */
class RelayIT {

  /** How long the disturbed load lasts; {@code -Devents.seconds}. */
  private static final Duration LOAD = Duration.ofSeconds(Long.getLong("events.seconds", 4));

  private static final int WRITERS = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Some commits take long: what was begun later is there before. */
  private static final String SLOW_COMMITS =
      """
      create function dawdle() returns trigger language plpgsql as $$
      begin
        if random() < 0.02 then
          perform pg_sleep(random() * 0.2);
        end if;
        return null;
      end
      $$;
      create constraint trigger dawdle after insert or update on notes
        deferrable initially deferred for each row execute function dawdle();
      """;

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
    Relay relay = new Relay(storage, List.of(ledger));
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

  @Test
  void aLoadOfWritersWithSlowCommitsAndDyingSessionsLosesNothing() throws Exception {
    shards.execute(0, "postgres", SLOW_COMMITS);
    AtomicInteger changes = new AtomicInteger();
    long end = System.nanoTime() + LOAD.toNanos();
    try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < WRITERS; i++) {
        TenantId tenant = new TenantId("tenant-" + i % 5);
        writers.execute(() -> write(tenant, end, changes));
      }
      Relay relay = relay(new Ledger(event -> true));
      while (System.nanoTime() < end) {
        killOneSession();
        if (ThreadLocalRandom.current().nextInt(4) == 0) {
          relay.close();
          relay = relay(new Ledger(event -> true));
        }
      }
    }
    awaitAllHandled();
    assertThat(changes).hasValueGreaterThan(WRITERS);
    System.out.println("changes told: " + changes);
  }

  /** Creates a note and patches it, again and again; sessions that die are the storage's matter. */
  private void write(TenantId tenant, long end, AtomicInteger changes) {
    Notes notes = Notes.of(storage);
    while (System.nanoTime() < end) {
      try {
        if (notes.tryCreate(tenant) instanceof CreateOutcome.Created<Resource>(Resource note)) {
          changes.incrementAndGet();
          for (int version = 1; version < 6; version++) {
            if (notes.patch(tenant, note.id(), version) instanceof WriteOutcome.Updated) {
              changes.incrementAndGet();
            }
          }
        }
      } catch (UnavailableException e) {
        // Its session died too often; the next note.
        changes.get();
      }
    }
  }

  /** Ends a session of the application that does something, whatever it is. */
  private void killOneSession() throws SQLException {
    shards.execute(
        0,
        "postgres",
        "select pg_sleep(0.05), pg_terminate_backend(pid) from pg_stat_activity"
            + " where usename = 'kn_app' and state <> 'idle' order by random() limit 1");
  }
}
