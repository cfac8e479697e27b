package dev.knowledgenetwork.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.events.FollowingClient.Received;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.UnavailableException;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sixteen writers, some of whose commits take long, while sessions, clients, and whole readers die
 * at random: every event is told to every reader, in order for each resource, and from every
 * position the same ones follow.
 */
class EventLoadIT {

  /** How long the load lasts; {@code -Devents.seconds}. */
  private static final Duration LOAD = Duration.ofSeconds(Long.getLong("events.seconds", 4));

  /** From how many positions each client is replayed; {@code -Devents.replays}. */
  private static final int REPLAYS = Integer.getInteger("events.replays", 4);

  private static final int WRITERS = 16;
  private static final List<TenantId> TENANTS =
      IntStream.range(0, 5).mapToObj(n -> new TenantId("tenant-" + n)).toList();
  private static final Duration PATIENCE = Duration.ofSeconds(120);

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
  private final Random chance = new Random();
  private final AtomicInteger kills = new AtomicInteger();
  private final AtomicInteger readers = new AtomicInteger();
  private final AtomicInteger unavailable = new AtomicInteger();
  private final Map<TenantId, ResourceId> shared = new ConcurrentHashMap<>();
  private TestShards shards;
  private Shards storage;
  private Notes notes;
  private volatile EventFeed feed;
  private volatile Relay relay;

  @BeforeEach
  void start() throws SQLException {
    shards = Notes.shards(1);
    shards.execute(0, "postgres", SLOW_COMMITS);
    Ledger.prepare(shards, 0);
    storage = Notes.open(shards, directory);
    notes = Notes.of(storage);
    startReaders();
  }

  @AfterEach
  void stop() {
    relay.close();
    feed.close();
    storage.close();
    shards.close();
  }

  private void startReaders() {
    feed = new EventFeed(storage, new SimpleMeterRegistry());
    relay = new Relay(storage, List.of(new Ledger(event -> true)), new SimpleMeterRegistry());
  }

  @Test
  void everyEventIsToldInOrderWhoeverDies() throws Exception {
    List<FollowingClient> clients =
        TENANTS.stream().map(tenant -> FollowingClient.mortal(() -> feed, tenant)).toList();
    await().atMost(PATIENCE).until(() -> clients.stream().allMatch(FollowingClient::hasBegun));

    long end = System.nanoTime() + LOAD.toNanos();
    try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < WRITERS; i++) {
        int seed = i;
        writers.execute(() -> write(new Random(seed), end));
      }
      while (System.nanoTime() < end) {
        disturb();
      }
    }
    for (FollowingClient client : clients) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(client.versions())
                      .isEqualTo(Ledger.written(shards, 0, client.tenant())));
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(Ledger.handled(shards, 0)).isEqualTo(Ledger.written(shards, 0)));
    for (FollowingClient client : clients) {
      replay(client);
      client.close();
    }
    System.out.printf(
        "%d events by %d writers in %d s; ended: %d sessions, %d times both readers, %d streams;"
            + " writes given up: %d%n",
        clients.stream().mapToInt(client -> client.received().size()).sum(),
        WRITERS,
        LOAD.toSeconds(),
        kills.get(),
        readers.get(),
        clients.stream().mapToInt(FollowingClient::streams).sum(),
        unavailable.get());
  }

  /** What followed each of some ids then follows it again. */
  private void replay(FollowingClient client) throws InterruptedException {
    List<Received> received = client.received();
    for (int i = 0; i < REPLAYS; i++) {
      int position = i == 0 ? 0 : chance.nextInt(received.size());
      List<Received> rest = received.subList(position + 1, received.size());
      try (FollowingClient again =
          FollowingClient.after(() -> feed, client.tenant(), received.get(position).token())) {
        await().atMost(PATIENCE).until(() -> again.received().size() >= rest.size());
        assertThat(again.received()).isEqualTo(rest);
      }
    }
  }

  /** Ends a session of the application that does something, and now and then its readers. */
  private void disturb() throws SQLException {
    shards.execute(
        0,
        "postgres",
        "select pg_sleep(0.05), pg_terminate_backend(pid) from pg_stat_activity"
            + " where usename = 'kn_app' and state <> 'idle' order by random() limit 1");
    kills.incrementAndGet();
    if (chance.nextInt(4) == 0) {
      EventFeed oldFeed = feed;
      Relay oldRelay = relay;
      startReaders();
      oldFeed.close();
      oldRelay.close();
      readers.incrementAndGet();
    }
  }

  /** Writes notes of its own, and one of each tenant that all writers write to. */
  private void write(Random random, long end) {
    while (System.nanoTime() < end) {
      TenantId tenant = TENANTS.get(random.nextInt(TENANTS.size()));
      try {
        if (random.nextBoolean()) {
          writeOwn(tenant);
        } else {
          writeShared(random, tenant);
        }
      } catch (UnavailableException e) {
        unavailable.incrementAndGet(); // Its session died too often; the next change.
      }
    }
  }

  private void writeOwn(TenantId tenant) {
    if (notes.tryCreate(tenant) instanceof CreateOutcome.Created<Resource>(Resource note)) {
      for (int version = 1; version < 6; version++) {
        notes.patch(tenant, note.id(), version);
      }
    }
  }

  private void writeShared(Random random, TenantId tenant) {
    Optional<Resource> note =
        Optional.ofNullable(shared.get(tenant)).flatMap(id -> notes.table().find(tenant, id));
    if (note.isEmpty()) {
      if (notes.tryCreate(tenant) instanceof CreateOutcome.Created<Resource>(Resource made)) {
        shared.put(tenant, made.id());
      }
    } else if (random.nextInt(20) == 0) {
      notes.delete(tenant, note.get().id());
    } else {
      notes.patch(tenant, note.get().id(), note.get().version());
    }
  }
}
