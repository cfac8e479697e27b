package dev.knowledgenetwork.events;

import java.time.Instant;
import java.util.List;

/**
 * What one look at a database gave.
 *
 * @param mark when and where it was taken
 * @param entries in the order of their positions
 * @param limit most entries that the reader asked for
 */
record Batch(Mark mark, List<Entry> entries, int limit) {

  Batch {
    entries = List.copyOf(entries);
  }

  /**
   * The moment of a look.
   *
   * @param newest how far whoever has read everything is: behind the newest event in sight, of
   *     whatever bucket
   * @param low the oldest transaction that still ran: of it and all later ones nothing is read
   * @param time by the clock of the database
   */
  record Mark(StreamToken newest, long low, Instant time) {

    /** The life of the database; positions of another one mean nothing here. */
    long incarnation() {
      return newest.incarnation();
    }
  }

  /** Whether there is more to read at once. */
  boolean isFull() {
    return entries.size() >= limit;
  }

  /**
   * Everything up to there that the reader asked for is in this batch or came before it. Holds
   * while the database runs: after a crash it may use transaction ids again that left nothing on
   * its disk, so what is to outlive one is the position of an event.
   */
  Position reach() {
    return isFull() ? entries.getLast().position() : Position.before(mark.low());
  }
}
