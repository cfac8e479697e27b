package dev.knowledgenetwork.cache;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The other processes that write: whether a message of theirs was lost, and since when each of them
 * is silent. A silent one may be cut off from the cache server and go on writing, so it is
 * remembered until it says that it ends, or for {@link #FORGOTTEN}. Confined to its owner's lock.
 */
final class Senders {

  /** Who was silent for so long is held to be dead. */
  static final Duration FORGOTTEN = Duration.ofMinutes(5);

  private static final int MOST = 4096;
  private static final long UNKNOWN = -1;

  enum Verdict {
    IN_ORDER,
    REPEATED,
    GAP,
    /** Another process of that name, whose predecessor ended without a word. */
    REPLACED
  }

  private static final class Sender {
    private long epoch = UNKNOWN;
    private long sequence;
    // When it last said that all its changes were told, and when it last said anything.
    private long caughtUpAt;
    private long spokeAt;

    private Sender(long at) {
      this.caughtUpAt = at;
      this.spokeAt = at;
    }
  }

  private final Map<String, Sender> senders =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Sender> eldest) {
          return size() > MOST;
        }
      };

  /** Takes note of one that others know, and of its silence. */
  void known(String name, long spokeAt) {
    senders.computeIfAbsent(name, unknown -> new Sender(spokeAt));
  }

  /**
   * Takes note of a message. A sender never heard of starts where it is: nothing was missed yet.
   */
  Verdict observe(InvalidationMessage message, long now) {
    Sender sender = senders.computeIfAbsent(message.sender(), unknown -> new Sender(now));
    if (message.epoch() < sender.epoch) {
      return Verdict.REPEATED;
    }
    sender.spokeAt = now;
    switch (message.kind()) {
      case HEARTBEAT -> sender.caughtUpAt = now;
      case LEAVING -> senders.remove(message.sender());
      case CHANGE, EVERYTHING, BEHIND -> {}
    }
    return position(sender, message);
  }

  private static Verdict position(Sender sender, InvalidationMessage message) {
    boolean fresh = sender.epoch == UNKNOWN;
    boolean replaced = !fresh && message.epoch() > sender.epoch;
    long expected = sender.sequence + (message.counts() ? 1 : 0);
    if (!fresh && !replaced && message.sequence() < expected) {
      return Verdict.REPEATED;
    }
    sender.epoch = message.epoch();
    sender.sequence = message.sequence();
    if (replaced) {
      return Verdict.REPLACED;
    }
    return fresh || message.sequence() == expected ? Verdict.IN_ORDER : Verdict.GAP;
  }

  /** What was heard up to now was not said later than this. */
  void saidBefore(long time) {
    for (Sender sender : senders.values()) {
      if (sender.caughtUpAt - time > 0) {
        sender.caughtUpAt = time;
      }
    }
  }

  /** After messages were lost the next one of each sender starts anew; silence goes on. */
  void resubscribed() {
    senders.values().forEach(sender -> sender.epoch = UNKNOWN);
  }

  /** The earliest of the times when each was last known to have told everything; now if none. */
  long caughtUpAt(long now) {
    long earliest = now;
    for (Sender sender : senders.values()) {
      earliest = sender.caughtUpAt - earliest < 0 ? sender.caughtUpAt : earliest;
    }
    return earliest;
  }

  /** Those that have told nothing, or not everything, for longer than this. */
  Set<String> silent(Duration time, long now) {
    Set<String> silent = new TreeSet<>();
    senders.forEach(
        (name, sender) -> {
          if (now - sender.caughtUpAt > time.toNanos()) {
            silent.add(name);
          }
        });
    return silent;
  }

  /** Forgets the dead. Whether there were any. */
  boolean forget(long now) {
    return senders.values().removeIf(sender -> now - sender.spokeAt > FORGOTTEN.toNanos());
  }
}
