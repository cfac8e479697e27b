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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Events move with their bucket, by real replication, in the middle of being read: nothing is
 * skipped at the target and nothing handled again.
 */
class BucketMoveIT {

  private static final Instant EPOCH = Instant.EPOCH;
  private static final int NOTES = 60;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private TestShards shards;
  private Shards storage;
  private Notes notes;
  private TenantId moving;
  private TenantId staying;

  @BeforeEach
  void start() throws SQLException {
    shards = Notes.shards(2);
    Ledger.prepare(shards, 0);
    Ledger.prepare(shards, 1);
    storage = Notes.open(shards, directory);
    notes = Notes.of(storage);
    moving = shards.tenantOn(0);
    staying = shards.tenantOn(1);
    // The target's numbers are far ahead of the source's, as after another move.
    shards.execute(1, "postgres", "select setval('events_sequence', 5000)");
  }

  @AfterEach
  void stop() {
    storage.close();
    shards.close();
  }

  private List<Resource> write(TenantId tenant, int count) {
    List<Resource> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Resource note = notes.create(tenant);
      notes.patch(tenant, note.id(), 1);
      made.add(note);
    }
    return made;
  }

  @Test
  void aSubscriptionThatHasReadHalfAtTheSourceReadsTheOtherHalfAtTheTarget() throws SQLException {
    BucketMove move = new BucketMove(shards, shards.bucket(moving));
    List<Resource> before = write(moving, NOTES);
    AtomicInteger room = new AtomicInteger(NOTES);
    try (Relay half =
        new Relay(
            storage,
            List.of(new Ledger(e -> room.getAndDecrement() > 0)),
            new SimpleMeterRegistry())) {
      await().atMost(PATIENCE).until(() -> room.get() < 0);
    }
    move.copy();
    List<Resource> during = write(moving, NOTES);
    write(staying, NOTES);
    // A reader at the target passes what has arrived there and is not owned yet.
    try (Relay target =
        new Relay(
            storage,
            List.of(new Ledger(e -> e.tenant().equals(staying))),
            new SimpleMeterRegistry())) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(Ledger.handled(shards, 1)).isEqualTo(Ledger.written(shards, 1)));
    }
    move.cutOver();
    await().atMost(PATIENCE).until(() -> storage.topology().epoch() == 2);
    before.forEach(note -> notes.patch(moving, note.id(), 2));
    during.forEach(note -> notes.delete(moving, note.id()));

    try (Relay relay =
        new Relay(storage, List.of(new Ledger(event -> true)), new SimpleMeterRegistry())) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(handledInAll()).isEqualTo(Ledger.written(shards, 1)));
    }
  }

  /** What was handled at the source, then at the target. */
  private Map<UUID, List<Long>> handledInAll() throws SQLException {
    Map<UUID, List<Long>> all = new LinkedHashMap<>(Ledger.handled(shards, 0));
    Ledger.handled(shards, 1)
        .forEach(
            (id, versions) ->
                all.merge(
                    id,
                    versions,
                    (source, target) -> {
                      List<Long> both = new ArrayList<>(source);
                      both.addAll(target);
                      return both;
                    }));
    return all;
  }

  @Test
  void aClientThatHasReadHalfAtTheSourceIsToldTheOtherHalfFromTheTarget() throws SQLException {
    BucketMove move = new BucketMove(shards, shards.bucket(moving));
    TenantEvents events = new TenantEvents(storage.transactions());
    write(moving, NOTES);
    List<Entry> atSource = events.page(moving, Position.START, EPOCH).entries();
    Entry last = atSource.get(NOTES);
    StreamToken token =
        new StreamToken(
            events.start(moving, Optional.empty()).token().incarnation(),
            last.position(),
            last.event().time());
    move.copy();
    write(moving, NOTES);
    move.cutOver();
    await().atMost(PATIENCE).until(() -> storage.topology().epoch() == 2);
    write(moving, NOTES);

    TenantEvents.Start start = events.start(moving, Optional.of(token));
    List<Event> told =
        events.page(moving, start.token().position(), start.since()).entries().stream()
            .map(Entry::event)
            .toList();

    assertThat(start.shard()).isEqualTo("s1");
    assertThat(start.missed()).isFalse();
    List<UUID> unseen =
        atSource.subList(NOTES + 1, atSource.size()).stream().map(e -> e.event().id()).toList();
    assertThat(told).extracting(Event::id).doesNotHaveDuplicates().containsAll(unseen);
    assertThat(new HashSet<>(told)).hasSizeGreaterThanOrEqualTo(unseen.size() + 4 * NOTES);
    Map<UUID, Long> versions = new LinkedHashMap<>();
    for (Event event : told) {
      Long earlier = versions.put(event.subject().id().value(), event.subject().version());
      assertThat(event.subject().version()).isGreaterThan(earlier == null ? 0 : earlier);
    }
  }

  @Test
  void rowsThatArriveAreInTheTargetsOrderAndItsSequenceGoesOnAboveThem() throws SQLException {
    shards.execute(0, "postgres", "select setval('events_sequence', 900000)");
    write(moving, 10);
    BucketMove move = new BucketMove(shards, shards.bucket(moving));
    move.copy();
    write(moving, 10);
    move.cutOver();
    String arrived = " from events where bucket = " + shards.bucket(moving);

    assertThat(move.count(1, "select count(*)" + arrived)).isEqualTo(40);
    assertThat(
            move.count(
                1,
                "select count(*)"
                    + arrived
                    + " and xid < pg_snapshot_xmax(pg_current_snapshot())"
                    + " and xid >= (select min(opened) from kn.owned_bucket)"))
        .isEqualTo(40);
    assertThat(move.count(1, "select nextval('events_sequence')"))
        .isGreaterThan(move.count(1, "select max(sequence)" + arrived));
  }
}
