package dev.knowledgenetwork.events;

import java.util.Comparator;

/**
 * A place in the events of one database: after the events of all earlier transactions and, of this
 * one, after those up to a sequence. Means nothing in another database, nor in this one after it
 * was restored.
 *
 * @param transaction id of the transaction, 64 bits, never reused
 * @param sequence orders the events of a transaction; 0 comes before all of them
 */
record Position(long transaction, long sequence) implements Comparable<Position> {

  /** Before all events. */
  static final Position START = new Position(0, 0);

  private static final Comparator<Position> ORDER =
      Comparator.<Position>comparingLong(position -> position.transaction() ^ Long.MIN_VALUE)
          .thenComparingLong(Position::sequence);

  /** Before the events of a transaction and all later ones. */
  static Position before(long transaction) {
    return new Position(transaction, 0);
  }

  /** The transaction's id as PostgreSQL reads it. */
  String xid() {
    return Long.toUnsignedString(transaction);
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }
}
