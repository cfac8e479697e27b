package dev.knowledgenetwork.sharding;

import java.time.Duration;

/**
 * Size and limits of the connection pool that a process keeps for each shard.
 *
 * @param minimum connections kept open while idle
 * @param maximum connections at most
 * @param acquireTimeout how long a caller waits for a connection, at least 250 ms
 * @param idleTimeout after which a connection above the minimum is closed, at least 10 s
 * @param statementTimeout after which a statement is cancelled, whole seconds
 */
public record PoolSettings(
    int minimum,
    int maximum,
    Duration acquireTimeout,
    Duration idleTimeout,
    Duration statementTimeout) {

  /** 5 to 20 connections, 2 s to get one, closed after 30 s, statements of at most 10 s. */
  public static final PoolSettings DEFAULT = sized(5, 20);

  /** Refuses sizes that contradict each other. */
  public PoolSettings {
    if (minimum < 0 || maximum < 1 || minimum > maximum) {
      throw new IllegalArgumentException(
          "pool: 0 <= minimum <= maximum, 1 <= maximum: " + minimum + ", " + maximum);
    }
  }

  /**
   * Default limits with another size.
   *
   * @param minimum connections kept open while idle
   * @param maximum connections at most
   */
  public static PoolSettings sized(int minimum, int maximum) {
    return new PoolSettings(
        minimum, maximum, Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(10));
  }
}
