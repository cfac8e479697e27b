package dev.knowledgenetwork.cache;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Notices that a message of a sender was lost. Holds the last sequence of each of the {@value
 * #SENDERS} senders heard of last. Guarded by itself; a call is a map look-up.
 */
final class SequenceTracker {

  private static final int SENDERS = 4096;

  enum Verdict {
    IN_ORDER,
    REPEATED,
    GAP
  }

  private record Position(long epoch, long sequence) {}

  private final Map<String, Position> last =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Position> eldest) {
          return size() > SENDERS;
        }
      };

  /**
   * Takes note of a message. A sender never heard of starts where it is: nothing was missed yet.
   */
  synchronized Verdict observe(InvalidationMessage message) {
    Position known = last.get(message.sender());
    Position now = new Position(message.epoch(), message.sequence());
    if (known == null) {
      last.put(message.sender(), now);
      return Verdict.IN_ORDER;
    }
    boolean heartbeat = message.change() == null;
    long expected =
        now.epoch() > known.epoch() ? (heartbeat ? 0 : 1) : known.sequence() + (heartbeat ? 0 : 1);
    if (now.epoch() < known.epoch()
        || (now.epoch() == known.epoch() && now.sequence() < expected)) {
      return Verdict.REPEATED;
    }
    last.put(message.sender(), now);
    return now.sequence() == expected ? Verdict.IN_ORDER : Verdict.GAP;
  }

  /** Forgets all senders: after a time of silence the next message of each one starts anew. */
  synchronized void reset() {
    last.clear();
  }
}
