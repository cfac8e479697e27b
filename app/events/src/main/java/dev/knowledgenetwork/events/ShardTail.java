package dev.knowledgenetwork.events;

import dev.knowledgenetwork.events.Batch.Mark;
import dev.knowledgenetwork.kernel.TenantId;
import io.micrometer.core.instrument.Timer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The newest events of a shard, from when the process began to look. Each goes to the streams of
 * its tenant that have joined, and to no others; costs the number of those.
 *
 * <p>A stream joins between two looks, and only if it has read at least as far as the tail has: so
 * it gets every event that comes after what it has read.
 */
final class ShardTail {

  private static final int MOST = 1000;

  /** After all events: a look from there gives the mark alone. */
  private static final Position END = new Position(-1, Long.MAX_VALUE);

  private final Timer delay;
  private final Map<TenantId, Set<EventStream>> streams = new HashMap<>();
  private Optional<StreamToken> standing = Optional.empty();

  /**
   * Begins with the first look.
   *
   * @param delay takes how long ago each event happened
   */
  ShardTail(Timer delay) {
    this.delay = delay;
  }

  /** Hands out what is new. One look at a time. */
  ShardPolls.Found look(Connection connection) throws SQLException {
    Position last = standing().map(StreamToken::position).orElse(END);
    Batch batch = EventQueries.after(connection, last, EventQueries.UNBOUNDED, MOST);
    take(batch);
    if (batch.isFull(MOST)) {
      return ShardPolls.Found.MORE;
    }
    return batch.entries().isEmpty() ? ShardPolls.Found.NOTHING : ShardPolls.Found.SOME;
  }

  private synchronized void take(Batch batch) {
    Mark mark = batch.mark();
    boolean same = standing.isPresent() && standing.get().incarnation() == mark.incarnation();
    if (same) {
      batch.entries().forEach(entry -> hand(entry, mark));
      standing = Optional.of(new StreamToken(mark.incarnation(), batch.end(), mark.time()));
    } else {
      // Another life of the database: what the streams have seen means nothing here.
      List.copyOf(streams.values()).forEach(each -> List.copyOf(each).forEach(EventStream::end));
      streams.clear();
      Position now = Position.before(mark.low());
      standing = Optional.of(new StreamToken(mark.incarnation(), now, mark.time()));
    }
  }

  private void hand(Entry entry, Mark mark) {
    delay.record(Duration.between(entry.event().time(), mark.time()));
    streams.getOrDefault(entry.event().tenant(), Set.of()).forEach(stream -> stream.offer(entry));
  }

  /** How far the tail is; empty before the first look. */
  synchronized Optional<StreamToken> standing() {
    return standing;
  }

  /**
   * Hands a stream what comes from now on.
   *
   * @param read everything up to there the stream has read
   * @return false if the tail is ahead of that, or elsewhere: read on and try again
   */
  synchronized boolean join(EventStream stream, StreamToken read) {
    boolean fits =
        standing.isPresent()
            && standing.get().incarnation() == read.incarnation()
            && standing.get().position().compareTo(read.position()) <= 0;
    if (fits) {
      streams.computeIfAbsent(stream.tenant(), none -> new HashSet<>()).add(stream);
    }
    return fits;
  }

  /** Hands a stream nothing more. */
  synchronized void leave(EventStream stream) {
    streams.computeIfPresent(
        stream.tenant(),
        (tenant, joined) -> {
          joined.remove(stream);
          return joined.isEmpty() ? null : joined;
        });
  }
}
