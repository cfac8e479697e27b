package dev.knowledgenetwork.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import dev.knowledgenetwork.web.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client of a stream is told, wherever it begins. */
class EventFeedIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path directory;
  private final TenantId tenant = new TenantId(UUID.randomUUID().toString());
  private final List<ReadingClient> clients = new ArrayList<>();
  private TestShards shards;
  private Shards storage;
  private Notes notes;
  private EventFeed feed;

  @BeforeEach
  void start() {
    shards = Notes.shards(1);
    storage = Notes.open(shards, directory);
    notes = Notes.of(storage);
    feed = new EventFeed(storage, new SimpleMeterRegistry());
  }

  @AfterEach
  void stop() {
    feed.close();
    clients.forEach(ReadingClient::awaitEnd);
    storage.close();
    shards.close();
  }

  private ReadingClient follow() {
    return client(Optional.empty());
  }

  private ReadingClient followAfter(String id) {
    return client(Optional.of(id));
  }

  private ReadingClient client(Optional<String> last) {
    ReadingClient client = new ReadingClient(feed, tenant, last);
    clients.add(client);
    return client;
  }

  private List<String> write(int count) {
    List<String> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Resource note = notes.create(tenant);
      notes.patch(tenant, note.id(), 1);
      changes.add(note.id() + " 1");
      changes.add(note.id() + " 2");
    }
    return changes;
  }

  @Test
  void aStreamTellsWhatHappensFromNowOnToItsTenantOnly() {
    write(3);
    ReadingClient client = follow();
    notes.create(new TenantId("other"));
    List<String> changes = write(3);

    await().atMost(PATIENCE).until(() -> client.changes().size() >= changes.size());
    assertThat(client.changes()).isEqualTo(changes);
    assertThat(client.text()).startsWith("retry:2000\nid:").doesNotContain("resync");
  }

  @Test
  void aStreamGoesOnAfterEachIdThatWasEverTold() {
    ReadingClient first = follow();
    List<String> changes = write(4);
    await().atMost(PATIENCE).until(() -> first.changes().size() == changes.size());

    List<String> ids = first.ids();
    for (int told = 1; told <= ids.size(); told++) {
      ReadingClient again = followAfter(ids.get(told - 1));
      List<String> rest = changes.subList(told, changes.size());
      await().atMost(PATIENCE).until(() -> again.changes().size() >= rest.size());
      assertThat(again.changes()).isEqualTo(rest);
    }
  }

  @Test
  void whatIsMissedIsToldInPagesWhileMoreIsWritten() {
    ReadingClient first = follow();
    write(1);
    await().atMost(PATIENCE).until(() -> first.changes().size() == 2);
    first.stream().end();
    List<String> changes = new ArrayList<>(write(TenantEvents.PAGE));

    ReadingClient again = followAfter(first.ids().getLast());
    changes.addAll(write(50));
    await().atMost(PATIENCE).until(() -> again.changes().size() >= changes.size());
    assertThat(again.changes()).isEqualTo(changes);
  }

  @Test
  void aLateCommitIsToldInItsPlace() throws SQLException {
    ReadingClient client = follow();
    try (Connection early = shards.connect(0, "kn_app");
        Statement statement = early.createStatement()) {
      early.setAutoCommit(false);
      UUID id = UUID.randomUUID();
      statement.execute(
          """
          insert into events (bucket, tenant_id, id, type, kind, resource_id, version, author)
            values (%d, '%s', gen_random_uuid(), 'note.created', 'note', '%s', 1, 'ann')
          """
              .formatted(shards.bucket(tenant), tenant, id));
      List<String> changes = write(2);
      ReadingClient second = follow();
      early.commit();

      await().atMost(PATIENCE).until(() -> client.changes().size() >= 5);
      assertThat(client.changes()).startsWith(id + " 1").containsAll(changes);
      // For who came while it was open, too: it began before anything that was open then.
      await().atMost(PATIENCE).until(() -> second.changes().contains(id + " 1"));
    }
  }

  @Test
  void anIdThatIsOlderThanWhatIsKeptIsToldToReadAgainAndThenFollows() {
    Instant longAgo = Instant.now().minus(TenantEvents.KEPT).minusSeconds(60);
    StreamToken old = new StreamToken(1, Position.START, longAgo);
    ReadingClient client = followAfter(old.encode(tenant));
    await().atMost(PATIENCE).until(() -> client.text().contains("event:resync\n"));

    List<String> changes = write(1);
    await().atMost(PATIENCE).until(() -> client.changes().size() >= 2);
    assertThat(client.changes()).isEqualTo(changes);
  }

  @Test
  void onlyWhoWasNotThereYetMissesWhatIsTruncated() throws SQLException {
    ReadingClient first = follow();
    write(1);
    await().atMost(PATIENCE).until(() -> first.changes().size() == 2);
    shards.execute(
        0, "postgres", "update event_log set expired_xid = (select max(xid) from events)");

    ReadingClient behind = followAfter(first.ids().getFirst());
    ReadingClient newest = followAfter(first.ids().getLast());
    List<String> changes = write(1);
    await().atMost(PATIENCE).until(() -> behind.changes().size() + newest.changes().size() >= 4);
    assertThat(behind.text()).contains("event:resync\n");
    assertThat(newest.text()).doesNotContain("resync");
    assertThat(behind.changes()).isEqualTo(changes).isEqualTo(newest.changes());
  }

  @Test
  void whatTheClientIsGivenAsAnIdOutlivesACrash() throws SQLException {
    notes.create(tenant);
    Position newest = StreamToken.decode(firstId(), tenant).orElseThrow().position();
    try (Connection connection = shards.connect(0, "kn_app");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("select pg_current_xact_id()");
      connection.rollback();
    }
    // The number that left nothing on disk may be given again after a crash.
    assertThat(StreamToken.decode(firstId(), tenant).orElseThrow().position()).isEqualTo(newest);
  }

  private String firstId() {
    ReadingClient client = follow();
    await().atMost(PATIENCE).until(() -> client.text().contains("event:position"));
    return client
        .text()
        .lines()
        .filter(line -> line.startsWith("id:"))
        .findFirst()
        .orElseThrow()
        .substring("id:".length());
  }

  @Test
  void anIdFromTheFutureIsToldToReadAgain() {
    Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
    StreamToken future = new StreamToken(1, new Position(-1, 1), tomorrow);
    ReadingClient client = followAfter(future.encode(tenant));
    await().atMost(PATIENCE).until(() -> client.text().contains("event:resync\n"));
  }

  @Test
  void anIdBeyondTheNewestEventGoesOnByItsTime() {
    ReadingClient first = follow();
    List<String> changes = new ArrayList<>(write(1));
    await().atMost(PATIENCE).until(() -> first.changes().size() == 2);
    StreamToken last = StreamToken.decode(first.ids().getLast(), tenant).orElseThrow();
    StreamToken beyond = new StreamToken(last.incarnation(), new Position(-1, 1), last.time());
    changes.addAll(write(1));

    ReadingClient again = followAfter(beyond.encode(tenant));
    await().atMost(PATIENCE).until(() -> again.changes().containsAll(changes));
  }

  @Test
  void afterTheDatabaseBeginsAnotherLifeNothingIsSkipped() throws SQLException {
    ReadingClient first = follow();
    List<String> changes = new ArrayList<>(write(2));
    await().atMost(PATIENCE).until(() -> first.changes().size() == changes.size());
    shards.execute(0, "postgres", "update event_log set incarnation = gen_random_uuid()");
    first.awaitEnd();
    List<String> later = write(2);

    ReadingClient again = followAfter(first.ids().getLast());
    await().atMost(PATIENCE).until(() -> again.changes().containsAll(later));
    assertThat(again.text()).doesNotContain("resync");
  }

  @Test
  void aClientThatDoesNotReadIsEndedAndHoldsUpNobody() throws IOException {
    EventStream unread =
        feed.open(ReadingClient.caller(tenant), Optional.empty(), new TestConnection());
    Event event =
        new Event(
            UUID.randomUUID(),
            "note.created",
            new Event.Subject("note", new ResourceId(UUID.randomUUID()), 1, "ann"),
            tenant,
            Instant.now());
    for (int sequence = 1; sequence <= 2 * ShardTail.MOST + 1; sequence++) {
      unread.offer(new Entry(new Position(-1, sequence), new Entry.Slot(1, 1), event));
    }

    ByteArrayOutputStream received = new ByteArrayOutputStream();
    unread.writeTo(received);
    assertThat(received.toString(StandardCharsets.UTF_8)).doesNotContain(event.type());
  }

  @Test
  void sessionsThatDieInterruptNoStream() throws SQLException {
    ReadingClient client = follow();
    List<String> changes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      changes.addAll(write(2));
      shards.disconnect(0, "kn_app");
    }
    await().atMost(PATIENCE).until(() -> client.changes().size() >= changes.size());
    assertThat(client.changes()).isEqualTo(changes);
  }

  @Test
  void endingEndsAllStreamsAndOpensNone() {
    ReadingClient client = follow();
    feed.end();
    client.awaitEnd();
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(
            () -> feed.open(ReadingClient.caller(tenant), Optional.empty(), new TestConnection()))
        .withMessageContaining("ending");
  }

  @Test
  void whereverAStreamIsCutTheIdOfAfterwardsIsNotKnownBeforeTheCallToReadAgain() {
    StreamToken old =
        new StreamToken(1, Position.START, Instant.now().minus(TenantEvents.KEPT).minusSeconds(60));
    ReadingClient client = followAfter(old.encode(tenant));
    List<String> changes = write(2);
    await().atMost(PATIENCE).until(() -> client.changes().size() >= changes.size());

    String text = client.text();
    for (int cut = 0; cut <= text.length(); cut++) {
      // What a client has seen: whole blocks.
      String seen = text.substring(0, Math.max(0, text.lastIndexOf("\n\n", cut - 2)));
      assertThat(seen.contains("id:")).as(seen).isEqualTo(seen.contains("event:resync"));
    }
  }

  @Test
  void theFirstBlockHasAPositionFromWhichNothingIsMissed() {
    ReadingClient first = follow();
    await().atMost(PATIENCE).until(() -> first.text().contains("\n\n"));
    first.stream().end();
    List<String> changes = write(2);

    String position = first.text().lines().toList().get(1).substring("id:".length());
    ReadingClient again = followAfter(position);
    await().atMost(PATIENCE).until(() -> again.changes().size() >= changes.size());
    assertThat(again.changes()).isEqualTo(changes);
  }

  @Test
  void aPositionThatWasAskedForMissesNothingThatComesAfterIt() {
    write(1);
    String position = feed.position(tenant);
    List<String> changes = write(2);
    ReadingClient client = followAfter(position);
    await().atMost(PATIENCE).until(() -> client.changes().size() >= changes.size());
    assertThat(client.changes()).isEqualTo(changes);
  }
}
