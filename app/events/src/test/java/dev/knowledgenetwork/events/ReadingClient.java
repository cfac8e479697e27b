package dev.knowledgenetwork.events;

import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.TenantId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A client that reads a stream to its end. */
final class ReadingClient {

  private static final Pattern EVENT =
      Pattern.compile("id:(.*)\nevent:(.*)\ndata:\\{\"id\":\"([^\"]*)\".*\"version\":(\\d+)");

  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final EventFeed feed;
  private final TestConnection connection = new TestConnection();
  private final EventStream stream;
  private final Thread thread;

  ReadingClient(EventFeed feed, TenantId tenant, Optional<String> last) {
    this.feed = feed;
    Optional<StreamToken> token = last.map(id -> StreamToken.decode(id, tenant).orElseThrow());
    this.stream = feed.open(caller(tenant), token, connection);
    this.thread = Thread.ofVirtual().start(this::read);
  }

  static Caller caller(TenantId tenant) {
    return new Caller(tenant, "ann", Set.of("reader"), Instant.now().plus(Duration.ofHours(1)));
  }

  private void read() {
    try {
      stream.writeTo(received);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      feed.close(stream);
    }
  }

  EventStream stream() {
    return stream;
  }

  /** The client is gone, and nobody has told its stream. */
  void disconnect() {
    connection.end();
  }

  String text() {
    return received.toString(StandardCharsets.UTF_8);
  }

  /** Id and version of each event, in the order received. */
  List<String> changes() {
    return EVENT.matcher(text()).results().map(m -> m.group(3) + " " + m.group(4)).toList();
  }

  List<String> ids() {
    return EVENT.matcher(text()).results().map(m -> m.group(1)).toList();
  }

  void awaitEnd() {
    await().atMost(Duration.ofSeconds(20)).until(() -> !thread.isAlive());
  }
}
