package dev.knowledgenetwork.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import dev.knowledgenetwork.web.ProblemException;
import dev.knowledgenetwork.web.ProblemType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for the streams of a process, with numbers small enough to be met. */
class StreamLimitsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration BRIEF = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final TenantId tenant = new TenantId(UUID.randomUUID().toString());
  private final List<EventFeed> feeds = new ArrayList<>();
  private final List<ReadingClient> clients = new ArrayList<>();
  private TestShards shards;
  private Shards storage;
  private Notes notes;

  @BeforeEach
  void start() {
    shards = Notes.shards(1);
    storage = Notes.open(shards, directory);
    notes = Notes.of(storage);
  }

  @AfterEach
  void stop() {
    feeds.forEach(EventFeed::close);
    clients.forEach(ReadingClient::awaitEnd);
    storage.close();
    shards.close();
  }

  private EventFeed feed(EventFeed.Limits limits) {
    EventFeed feed = new EventFeed(storage, new SimpleMeterRegistry(), limits);
    feeds.add(feed);
    return feed;
  }

  private ReadingClient follow(EventFeed feed, Optional<String> last) {
    ReadingClient client = new ReadingClient(feed, tenant, last);
    clients.add(client);
    return client;
  }

  @Test
  void aSilentStreamIsToldAgainHowFarItIs() {
    EventFeed feed = feed(new EventFeed.Limits(10, 10, BRIEF, LONG));
    notes.create(new TenantId("other"));
    String begin = feed.position(tenant);
    ReadingClient client = follow(feed, Optional.empty());
    notes.create(new TenantId("other"));
    await().atMost(PATIENCE).until(() -> !feed.position(tenant).equals(begin));
    String newest = feed.position(tenant);
    await().atMost(PATIENCE).until(() -> client.text().contains("id:" + newest));
    assertThat(client.text().lines().filter(line -> line.startsWith("event:")))
        .isNotEmpty()
        .allMatch("event:position"::equals);
  }

  @Test
  void streamsEndWhereTheirShardDoesNotAnswerAndMissNothing() throws SQLException {
    EventFeed feed = feed(new EventFeed.Limits(10, 10, BRIEF, Duration.ofSeconds(1)));
    ReadingClient client = follow(feed, Optional.empty());
    Resource note = notes.create(tenant);
    await().atMost(PATIENCE).until(() -> client.changes().equals(List.of(note.id() + " 1")));
    try (Connection connection = shards.connect(0, "postgres");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("lock table events in access exclusive mode");
      client.awaitEnd();
    }
    notes.patch(tenant, note.id(), 1);
    ReadingClient again = follow(feed, Optional.of(client.ids().getLast()));
    await().atMost(PATIENCE).until(() -> again.changes().equals(List.of(note.id() + " 2")));
  }

  @Test
  void aProcessOpensNoMoreStreamsThanItMayUntilOneEnds() {
    EventFeed feed = feed(new EventFeed.Limits(2, 2, LONG, LONG));
    ReadingClient first = follow(feed, Optional.empty());
    ReadingClient second = follow(feed, Optional.empty());
    assertRefused(feed, new TenantId("other"), ProblemType.UNAVAILABLE);

    first.stream().end();
    first.awaitEnd();
    feed.open(ReadingClient.caller(new TenantId("other")), Optional.empty(), new TestConnection());
    Resource note = notes.create(tenant);
    await().atMost(PATIENCE).until(() -> second.changes().equals(List.of(note.id() + " 1")));
  }

  @Test
  void aStreamEndsWithItsConnectionAndGivesItsPlaceToTheNext() {
    EventFeed feed = feed(new EventFeed.Limits(2, 1, LONG, LONG));
    ReadingClient client = follow(feed, Optional.empty());
    assertRefused(feed, tenant, ProblemType.TOO_MANY_STREAMS);

    client.disconnect();
    client.awaitEnd();
    Resource note = notes.create(tenant);
    ReadingClient next = follow(feed, Optional.of(feed.position(tenant)));
    notes.patch(tenant, note.id(), 1);
    await().atMost(PATIENCE).until(() -> next.changes().equals(List.of(note.id() + " 2")));
  }

  private static void assertRefused(EventFeed feed, TenantId tenant, ProblemType type) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(
            () -> feed.open(ReadingClient.caller(tenant), Optional.empty(), new TestConnection()))
        .satisfies(problem -> assertThat(problem.type()).isEqualTo(type));
  }
}
