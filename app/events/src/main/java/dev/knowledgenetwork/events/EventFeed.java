package dev.knowledgenetwork.events;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.UnavailableException;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.web.ClientConnection;
import dev.knowledgenetwork.web.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The events of all shards for the streams of this process. Every process that serves streams has
 * one and reads for itself: nothing is kept for it in the database, so there are any number of
 * them. Metrics: {@code kn.events.streams}, {@code kn.events.delay} (from change to stream, by
 * shard).
 */
public final class EventFeed implements AutoCloseable {

  /**
   * What holds for the streams of a process.
   *
   * @param streams most at a time
   * @param ofTenant most at a time of one tenant
   * @param heartbeat where nothing happens for so long, a client gets a sign of life
   * @param silence where a shard does not answer for so long, its streams end
   */
  record Limits(int streams, int ofTenant, Duration heartbeat, Duration silence) {
    static final Limits DEFAULT =
        new Limits(5000, 500, Duration.ofSeconds(15), Duration.ofSeconds(30));
  }

  private static final long WATCH_SECONDS = 1;

  private final Shards shards;
  private final MeterRegistry meters;
  private final Limits limits;
  private final TenantEvents events;
  private final Map<String, ShardTail> tails = new ConcurrentHashMap<>();
  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
  private final StreamPlaces places;
  private final ShardPolls polls;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("event-streams").factory());
  private volatile boolean ending;

  /** Begins to read all shards. */
  public EventFeed(Shards shards, MeterRegistry meters) {
    this(shards, meters, Limits.DEFAULT);
  }

  EventFeed(Shards shards, MeterRegistry meters, Limits limits) {
    this.shards = shards;
    this.places = new StreamPlaces(limits.streams(), limits.ofTenant());
    this.meters = meters;
    this.limits = limits;
    this.events = new TenantEvents(shards.transactions());
    meters.gauge("kn.events.streams", streams, Set::size);
    this.polls = ShardPolls.start("events", shards, new Tails(), meters);
    watch.scheduleWithFixedDelay(
        this::breakOffStuck, WATCH_SECONDS, WATCH_SECONDS, TimeUnit.SECONDS);
  }

  private final class Tails implements ShardPolls.Poll {
    @Override
    public ShardPolls.Found look(String shard) throws SQLException {
      return shards.on(shard, tail(shard)::look);
    }

    @Override
    public void topologyChanged() {
      streams.stream().filter(EventFeed.this::isElsewhere).forEach(EventStream::end);
    }
  }

  private boolean isElsewhere(EventStream stream) {
    return !shards.router().shard(stream.tenant().value()).equals(stream.shard());
  }

  /** Their threads wait for clients that do not read. */
  private void breakOffStuck() {
    Instant now = Instant.now();
    streams.stream().filter(stream -> stream.isStuck(now)).forEach(EventStream::breakOff);
  }

  private ShardTail tail(String shard) {
    return tails.computeIfAbsent(
        shard,
        added -> new ShardTail(meters.timer("kn.events.delay", "shard", added), limits.silence()));
  }

  /**
   * A stream of a caller's events. It has a place until it is {@link #close closed} or its
   * connection ends.
   *
   * @param last what the client has seen; without it the stream begins now
   * @throws ProblemException 429 or 503 if there is no room for one more
   * @throws UnavailableException if the shard of the tenant cannot be reached
   */
  EventStream open(Caller caller, Optional<StreamToken> last, ClientConnection connection) {
    TenantId tenant = caller.tenant();
    places.take(tenant);
    EventStream stream;
    try {
      TenantEvents.Start start = events.start(tenant, last);
      stream =
          new EventStream(
              new EventStream.Client(caller, connection),
              start,
              events,
              tail(start.shard()),
              limits.heartbeat());
    } catch (RuntimeException e) {
      places.free(tenant);
      throw e;
    }
    streams.add(stream);
    connection.onEnd(() -> close(stream));
    // What changed before it could be seen here.
    if (ending || isElsewhere(stream)) {
      stream.end();
    }
    return stream;
  }

  /**
   * How far a tenant's events are: a stream that begins there is told all that is committed later.
   *
   * @throws UnavailableException if the shard of the tenant cannot be reached
   */
  String position(TenantId tenant) {
    return events.start(tenant, Optional.empty()).token().encode(tenant);
  }

  /** Ends a stream and gives its place to others. */
  void close(EventStream stream) {
    if (streams.remove(stream)) {
      places.free(stream.tenant());
      stream.end();
    }
  }

  /** Ends all streams and takes no more: clients connect elsewhere while there is time for it. */
  public void end() {
    ending = true;
    places.close();
    streams.forEach(EventStream::end);
  }

  @Override
  public void close() {
    end();
    polls.close();
    watch.shutdownNow();
  }
}
