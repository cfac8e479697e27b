package dev.knowledgenetwork.server;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * So many bytes at a time for those who ask, first come, first served. Whoever does not fit waits
 * in a queue of bounded length; who asks for more than there is gets all of it, alone. For all
 * threads; each call takes time that does not depend on who waits, but for {@link Turn#withdraw}.
 */
final class ByteBudget {

  private final long capacity;
  private final int longestQueue;
  private final Deque<Turn> queue = new ArrayDeque<>();
  private long taken;

  /**
   * A budget that nobody has taken of yet.
   *
   * @param capacity bytes
   * @param longestQueue most that wait
   */
  ByteBudget(long capacity, int longestQueue) {
    this.capacity = capacity;
    this.longestQueue = longestQueue;
  }

  /**
   * A turn of its own for whoever asks.
   *
   * @param bytes it needs
   * @param start called once, when it has them: by this thread, or by one that gave bytes back
   */
  Turn turn(long bytes, Runnable start) {
    return new Turn(Math.min(bytes, capacity), start);
  }

  /** Its bytes: asked for, had, given back; in this order, each at most once. */
  final class Turn {
    private final long bytes;
    private final Runnable start;
    private boolean has;

    private Turn(long bytes, Runnable start) {
      this.bytes = bytes;
      this.start = start;
    }

    /** Asks for them; false, for good, where the queue is full. */
    boolean ask() {
      synchronized (ByteBudget.this) {
        if (!queue.isEmpty() || taken + bytes > capacity) {
          return queue.size() < longestQueue && queue.add(this);
        }
        take();
      }
      start.run();
      return true;
    }

    /** Waits no longer; false where it has its bytes, or had them. */
    boolean withdraw() {
      List<Turn> started;
      boolean waited;
      synchronized (ByteBudget.this) {
        waited = queue.remove(this);
        // It may have been the one that kept the others from their place.
        started = admitted();
      }
      started.forEach(turn -> turn.start.run());
      return waited;
    }

    /** Gives them back, or waits no longer. Again: nothing. */
    void end() {
      synchronized (ByteBudget.this) {
        if (has) {
          has = false;
          taken -= bytes;
        }
      }
      withdraw();
    }

    private void take() {
      has = true;
      taken += bytes;
    }
  }

  /** Those whose turn it is. */
  private List<Turn> admitted() {
    List<Turn> started = new ArrayList<>();
    while (!queue.isEmpty() && taken + queue.peek().bytes <= capacity) {
      Turn next = queue.poll();
      next.take();
      started.add(next);
    }
    return started;
  }
}
