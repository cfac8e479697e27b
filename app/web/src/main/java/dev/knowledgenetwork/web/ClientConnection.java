package dev.knowledgenetwork.web;

/**
 * Where an answer goes, for answers that last: whoever writes does not learn from the writing that
 * nobody is there any more. Thread-safe.
 */
public interface ClientConnection {

  /**
   * Calls once the answer is complete or the client is gone, also where that was before; perhaps
   * more than once.
   *
   * @param action must not block
   */
  void onEnd(Runnable action);

  /** Breaks the answer off, whatever the client has not read of it. Returns at once. */
  void breakOff();

  /** Tells connections. */
  @FunctionalInterface
  interface Source {

    /** That of the request which this thread answers. */
    ClientConnection current();
  }
}
