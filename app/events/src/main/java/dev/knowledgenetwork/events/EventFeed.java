package dev.knowledgenetwork.events;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.UnavailableException;
import dev.knowledgenetwork.sharding.Shards;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The events of all shards for the streams of this process. Every process that serves streams has
 * one and reads for itself: nothing is kept for it in the database, so there are any number of
 * them. Metrics: {@code kn.events.streams}, {@code kn.events.delay} (from change to stream, by
 * shard).
 */
public final class EventFeed implements AutoCloseable {

  /** Most streams of a process. */
  static final int MOST_STREAMS = 5000;

  private final Shards shards;
  private final MeterRegistry meters;
  private final TenantEvents events;
  private final Map<String, ShardTail> tails = new ConcurrentHashMap<>();
  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
  private final ShardPolls polls;
  private volatile boolean ending;

  /** Begins to read all shards. */
  public EventFeed(Shards shards, MeterRegistry meters) {
    this.shards = shards;
    this.meters = meters;
    this.events = new TenantEvents(shards.transactions());
    meters.gauge("kn.events.streams", streams, Set::size);
    this.polls = ShardPolls.start("events", shards, new Tails(), meters);
  }

  private final class Tails implements ShardPolls.Poll {
    @Override
    public ShardPolls.Found look(String shard) throws SQLException {
      return shards.on(shard, tail(shard)::look);
    }

    @Override
    public void topologyChanged() {
      streams.stream()
          .filter(stream -> !owner(stream).equals(stream.shard()))
          .forEach(EventStream::end);
    }
  }

  private String owner(EventStream stream) {
    return shards.router().shard(stream.tenant().value());
  }

  private ShardTail tail(String shard) {
    return tails.computeIfAbsent(
        shard, added -> new ShardTail(meters.timer("kn.events.delay", "shard", added)));
  }

  /**
   * A stream of a caller's events.
   *
   * @param last what the client has seen; without it the stream begins now
   * @return empty when there is no room for one more
   * @throws UnavailableException if the shard of the tenant cannot be reached
   */
  Optional<EventStream> open(Caller caller, Optional<StreamToken> last) {
    if (ending || streams.size() >= MOST_STREAMS) {
      return Optional.empty();
    }
    TenantEvents.Start start = events.start(caller.tenant(), last);
    return Optional.of(new EventStream(caller, start, events, tail(start.shard())));
  }

  /** A client is being written to. */
  void opened(EventStream stream) {
    streams.add(stream);
    // What changed before it could be seen here.
    if (ending || !owner(stream).equals(stream.shard())) {
      stream.end();
    }
  }

  /** A client is no longer written to. */
  void closed(EventStream stream) {
    streams.remove(stream);
  }

  /** Ends all streams and takes no more: clients connect elsewhere while there is time for it. */
  public void end() {
    ending = true;
    streams.forEach(EventStream::end);
  }

  @Override
  public void close() {
    end();
    polls.close();
  }
}
