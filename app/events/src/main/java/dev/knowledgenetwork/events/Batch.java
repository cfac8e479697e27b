package dev.knowledgenetwork.events;

import java.time.Instant;
import java.util.List;

/**
 * What one look at a database gave.
 *
 * @param mark when and where it was taken
 * @param entries in the order of their positions
 * @param end everything up to there that the reader asked for is in this batch or came before it
 */
record Batch(Mark mark, List<Entry> entries, Position end) {

  Batch {
    entries = List.copyOf(entries);
  }

  /**
   * The moment of a look.
   *
   * @param incarnation the life of the database; positions of another one mean nothing here
   * @param low the oldest transaction that still ran: of it and all later ones nothing is read
   * @param time by the clock of the database
   */
  record Mark(long incarnation, long low, Instant time) {}

  /** Whether there is more to read at once. */
  boolean isFull(int limit) {
    return entries.size() >= limit;
  }
}
