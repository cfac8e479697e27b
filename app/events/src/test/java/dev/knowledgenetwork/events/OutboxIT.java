package dev.knowledgenetwork.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of changes, and that a reader takes it in order and skips nothing. */
class OutboxIT {

  private static TestShards shards;
  private static Shards storage;
  private static Notes notes;

  private TenantId tenant;
  private Position position;

  @BeforeAll
  static void start(@TempDir Path directory) {
    shards = Notes.shards(1);
    storage = Notes.open(shards, directory);
    notes = Notes.of(storage);
  }

  @AfterAll
  static void stop() {
    storage.close();
    shards.close();
  }

  @BeforeEach
  void beginNow() throws SQLException {
    tenant = new TenantId(UUID.randomUUID().toString());
    position = Position.START;
    read();
  }

  /** What is new since the last call. */
  private List<Event> read() throws SQLException {
    List<Event> events = new ArrayList<>();
    Batch batch;
    do {
      Position from = position;
      batch =
          storage.on(
              "s0", connection -> EventQueries.after(connection, from, EventQueries.UNBOUNDED, 7));
      position = batch.reach();
      batch.entries().forEach(entry -> events.add(entry.event()));
    } while (batch.isFull());
    return events;
  }

  @Test
  void eachChangeIsToldWithItsVersion() throws SQLException {
    Resource note = notes.create(tenant);
    notes.patch(tenant, note.id(), 1);
    notes.delete(tenant, note.id());

    assertThat(read())
        .extracting(Event::type, Event::tenant, Event::subject)
        .containsExactly(
            row("note.created", note, 1),
            row("note.updated", note, 2),
            row("note.deleted", note, 3));
  }

  private Tuple row(String type, Resource note, long version) {
    return tuple(type, tenant, new Event.Subject("note", note.id(), version, "ann"));
  }

  @Test
  void whatChangesNothingIsNotTold() throws SQLException {
    Resource note = notes.create(tenant);
    read();
    notes.patch(tenant, note.id(), 99);
    notes.patch(tenant, new ResourceId(UUID.randomUUID()), 1);
    notes.delete(tenant, note.id());
    notes.delete(tenant, note.id());

    assertThat(read()).extracting(Event::type).containsExactly("note.deleted");
  }

  @Test
  void anEarlyTransactionThatCommitsLateIsNeitherSkippedNorPassed() throws SQLException {
    try (Connection early = shards.connect(0, "kn_app")) {
      early.setAutoCommit(false);
      UUID first = insert(early);
      Resource later = notes.create(tenant);
      assertThat(read()).as("while the early one is open").isEmpty();
      assertThat(read()).isEmpty();

      early.commit();

      assertThat(read())
          .extracting(event -> event.subject().id().value())
          .containsExactly(first, later.id().value());
    }
  }

  @Test
  void anEarlyTransactionThatIsRolledBackHoldsNothingBack() throws SQLException {
    try (Connection early = shards.connect(0, "kn_app")) {
      early.setAutoCommit(false);
      insert(early);
      Resource later = notes.create(tenant);
      early.rollback();

      assertThat(read()).extracting(event -> event.subject().id()).containsExactly(later.id());
    }
  }

  @Test
  void eventsOfOneTransactionComeInTheirOrder() throws SQLException {
    List<UUID> told = new ArrayList<>();
    try (Connection connection = shards.connect(0, "kn_app")) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 20; i++) {
        told.add(insert(connection));
      }
      connection.commit();
    }
    assertThat(read()).extracting(event -> event.subject().id().value()).isEqualTo(told);
  }

  @Test
  void bucketsThatTheShardDoesNotOwnAreNotRead() throws SQLException {
    notes.create(tenant);
    String bucket = " where bucket = " + shards.bucket(tenant);
    shards.execute(0, "postgres", "update kn.bucket_owner set state = 'absent'" + bucket);
    try {
      assertThat(read()).isEmpty();
    } finally {
      shards.execute(0, "postgres", "update kn.bucket_owner set state = 'owned'" + bucket);
    }
  }

  /** Tells of a note that does not exist; its id. */
  private UUID insert(Connection connection) throws SQLException {
    UUID id = UUID.randomUUID();
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          insert into events
            (bucket, tenant_id, id, type, kind, resource_id, version, author)
            values (%d, '%s', gen_random_uuid(), 'note.created', 'note', '%s', 1, 'ann')
          """
              .formatted(shards.bucket(tenant), tenant, id));
    }
    return id;
  }
}
