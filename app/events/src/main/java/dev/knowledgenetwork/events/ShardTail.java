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
 * <p>A stream joins between two looks and then reads for itself up to where the tail was, so what
 * is handed out meanwhile waits for it and nothing lies between.
 */
final class ShardTail {

  /** Most events of a look. */
  static final int MOST = 1000;

  /** After all events: a look from there gives the mark alone. */
  private static final Position END = new Position(-1, Long.MAX_VALUE);

  private final Timer delay;
  private final Duration silence;
  private final Map<TenantId, Set<EventStream>> streams = new HashMap<>();
  private Optional<StreamToken> standing = Optional.empty();
  private long looked = System.nanoTime();

  /**
   * Begins with the first look.
   *
   * @param delay takes how long ago each event happened
   * @param silence after so long without a look the tail does not know whether something happens
   */
  ShardTail(Timer delay, Duration silence) {
    this.delay = delay;
    this.silence = silence;
  }

  /** Hands out what is new. One look at a time. */
  ShardPolls.Found look(Connection connection) throws SQLException {
    Position last = standing().map(StreamToken::position).orElse(END);
    Batch batch = EventQueries.after(connection, last, EventQueries.UNBOUNDED, MOST);
    take(batch);
    if (batch.isFull()) {
      return ShardPolls.Found.MORE;
    }
    return batch.entries().isEmpty() ? ShardPolls.Found.NOTHING : ShardPolls.Found.SOME;
  }

  private synchronized void take(Batch batch) {
    Mark mark = batch.mark();
    looked = System.nanoTime();
    if (standing.isPresent() && standing.get().incarnation() != mark.incarnation()) {
      // Another life of the database: what the streams have seen means nothing here.
      List.copyOf(streams.values()).forEach(each -> List.copyOf(each).forEach(EventStream::end));
      streams.clear();
      standing = Optional.of(mark.newest());
      return;
    }
    batch.entries().forEach(entry -> hand(entry, mark));
    standing = Optional.of(batch.isFull() ? token(batch.entries().getLast(), mark) : mark.newest());
  }

  private static StreamToken token(Entry entry, Mark mark) {
    return new StreamToken(mark.incarnation(), entry.position(), entry.event().time());
  }

  private void hand(Entry entry, Mark mark) {
    Duration late = Duration.between(entry.event().time(), mark.time());
    // A look sees what has begun and ended since it began itself.
    delay.record(late.isNegative() ? Duration.ZERO : late);
    streams.getOrDefault(entry.event().tenant(), Set.of()).forEach(stream -> stream.offer(entry));
  }

  /** How far the tail is; empty before the first look. */
  synchronized Optional<StreamToken> standing() {
    return standing;
  }

  /** Whether it has looked lately. */
  synchronized boolean isCurrent() {
    return System.nanoTime() - looked < silence.toNanos();
  }

  /**
   * Hands a stream what comes from now on.
   *
   * @param incarnation the life of the database in which it reads
   * @return how far the tail is: up to there the stream reads for itself; empty if the tail is in
   *     another life, or has not looked yet
   */
  synchronized Optional<Position> join(EventStream stream, long incarnation) {
    Optional<Position> from =
        standing.filter(token -> token.incarnation() == incarnation).map(StreamToken::position);
    if (from.isPresent()) {
      streams.computeIfAbsent(stream.tenant(), none -> new HashSet<>()).add(stream);
    }
    return from;
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
