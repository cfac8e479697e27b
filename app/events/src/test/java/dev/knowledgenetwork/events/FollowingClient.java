package dev.knowledgenetwork.events;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.UnavailableException;
import dev.knowledgenetwork.web.ProblemException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client of streams that comes back with the last id it has seen, whatever ended its stream, and
 * that may itself die in the middle of an event.
 */
final class FollowingClient implements AutoCloseable {

  private static final Pattern FRAME =
      Pattern.compile("id:(.*)\nevent:(.*)\ndata:(.*)\n$", Pattern.MULTILINE);
  private static final Pattern DATA = Pattern.compile("\"id\":\"([^\"]*)\".*\"version\":(\\d+)");

  /** An event as it came. */
  record Received(String token, String type, UUID resource, long version) {}

  private final Supplier<EventFeed> feed;
  private final TenantId tenant;
  private final boolean mortal;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger streams = new AtomicInteger();
  private final Thread thread;
  private volatile Optional<String> last;
  private volatile @Nullable EventStream stream;
  private volatile boolean closed;

  private FollowingClient(
      Supplier<EventFeed> feed, TenantId tenant, Optional<String> last, boolean mortal) {
    this.feed = feed;
    this.tenant = tenant;
    this.last = last;
    this.mortal = mortal;
    this.thread = Thread.ofVirtual().start(this::follow);
  }

  /** Follows from now on and dies now and then. */
  static FollowingClient mortal(Supplier<EventFeed> feed, TenantId tenant) {
    return new FollowingClient(feed, tenant, Optional.empty(), true);
  }

  /** Follows after an id. */
  static FollowingClient after(Supplier<EventFeed> feed, TenantId tenant, String last) {
    return new FollowingClient(feed, tenant, Optional.of(last), false);
  }

  private void follow() {
    while (!closed) {
      try {
        Optional<StreamToken> token = last.map(id -> StreamToken.decode(id, tenant).orElseThrow());
        EventFeed source = feed.get();
        read(source, source.open(caller(), token, new TestConnection()));
      } catch (UnavailableException | ProblemException e) {
        streams.get(); // Back at once, as all do.
      }
    }
  }

  private Caller caller() {
    return new Caller(tenant, "ann", Set.of("reader"), Instant.now().plus(Duration.ofHours(1)));
  }

  private void read(EventFeed source, EventStream opened) {
    stream = opened;
    streams.incrementAndGet();
    try {
      opened.writeTo(new Frames());
    } catch (IOException e) {
      stream = null; // Died; what it has not seen whole it has not seen.
    } finally {
      source.close(opened);
    }
  }

  /** Takes what is written frame by frame. */
  private final class Frames extends OutputStream {
    private final StringBuilder open = new StringBuilder();
    private final int life =
        mortal ? ThreadLocalRandom.current().nextInt(200, 20_000) : Integer.MAX_VALUE;
    private int length;

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException("events are written whole");
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      this.length += count;
      if (closed || this.length > life) {
        throw new IOException("the client is gone");
      }
      open.append(new String(bytes, offset, count, StandardCharsets.UTF_8));
      for (int end = open.indexOf("\n\n"); end >= 0; end = open.indexOf("\n\n")) {
        take(open.substring(0, end + 1));
        open.delete(0, end + 2);
      }
    }
  }

  private void take(String frame) {
    Matcher parts = FRAME.matcher(frame);
    if (!parts.find()) {
      throw new IllegalStateException("no frame: " + frame);
    }
    last = Optional.of(parts.group(1));
    if (!parts.group(2).equals(EventWriter.POSITION)) {
      Matcher data = DATA.matcher(parts.group(3));
      if (!data.find()) {
        throw new IllegalStateException("no event of a resource: " + frame);
      }
      received.add(
          new Received(
              parts.group(1),
              parts.group(2),
              UUID.fromString(data.group(1)),
              Long.parseLong(data.group(2))));
    }
  }

  /** Whether it has an id to come back with. */
  boolean hasBegun() {
    return last.isPresent();
  }

  /** All it has received, in that order. */
  List<Received> received() {
    return List.copyOf(received);
  }

  /** The versions of each resource, in the order in which they came. */
  Map<UUID, List<Long>> versions() {
    return received.stream()
        .collect(
            Collectors.groupingBy(
                Received::resource,
                LinkedHashMap::new,
                Collectors.mapping(Received::version, Collectors.toList())));
  }

  /** How many streams it has opened. */
  int streams() {
    return streams.get();
  }

  TenantId tenant() {
    return tenant;
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    EventStream open = stream;
    if (open != null) {
      open.end();
    }
    thread.join();
  }
}
