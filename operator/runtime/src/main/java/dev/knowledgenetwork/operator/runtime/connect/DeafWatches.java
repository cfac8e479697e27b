package dev.knowledgenetwork.operator.runtime.connect;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds watches whose connection stays open while nothing comes any more: a proxy lost the other
 * side, or the API server hangs. Where etcd tells the API server of its progress, every watch gets
 * a bookmark about once a minute, so silence is suspect.
 *
 * <p>Suspect, not proven: with an etcd that does not (its own default), an idle watch is silent for
 * as long as nothing changes. So a silent watch is closed, which asks the other side for an answer
 * and does no harm: its informer connects again from the last version that it saw. One that was
 * idle answers at once, and nobody hears of it. One that does not answer is deaf, and that is told.
 *
 * <p>Nothing dies of silence. An API server that refuses connections is another matter: there is no
 * open watch then, and informers try again by themselves.
 */
public final class DeafWatches {

  /**
   * Three bookmarks that did not come. Below the five to ten minutes after which fabric8 makes each
   * watch of an informer anew without a look at it, so that a deaf one is found before and told.
   */
  public static final Duration LIMIT = Duration.ofMinutes(3);

  /** How long the other side may take to answer; Vert.x waits for ten seconds, then gives up. */
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(DeafWatches.class);

  private final Duration limit;
  private final InstantSource clock;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();

  /**
   * Knows of no watch.
   *
   * @param limit how long a watch may be silent; above a minute, so that bookmarks keep it open
   */
  public DeafWatches(Duration limit, InstantSource clock) {
    this.limit = limit;
    this.clock = clock;
  }

  /** How long a watch may be silent. */
  Duration limit() {
    return limit;
  }

  /**
   * A watch that is going to be connected.
   *
   * @param path what is watched, as the API server names it
   */
  Connection connecting(String path) {
    return new Connection(path, clock.instant());
  }

  /** Closes each watch that has been silent for longer than the limit. */
  void closeSilent() {
    Instant oldest = clock.instant().minus(limit);
    open.stream()
        .filter(watch -> watch.closing == null && watch.heard.isBefore(oldest))
        .forEach(Connection::close);
  }

  /** One connection of one watch. */
  final class Connection {

    private final String path;
    private volatile Instant heard;
    private volatile Runnable close = () -> {};
    private volatile @Nullable Instant closing;

    private Connection(String path, Instant now) {
      this.path = path;
      this.heard = now;
    }

    /**
     * The API server agreed to be watched.
     *
     * @param close ends the connection as soon as the other side has answered, or gives up
     */
    void opened(Runnable close) {
      this.close = close;
      heard();
      open.add(this);
    }

    /** Something came. */
    void heard() {
      heard = clock.instant();
    }

    /** It ended, whoever ended it. */
    void ended() {
      Instant asked = closing;
      if (open.remove(this) && asked != null && asked.plus(ANSWER).isBefore(clock.instant())) {
        LOG.warn(
            "The watch of {} was deaf: its connection was open, but nothing has come since {}, and"
                + " the API server did not answer when it was closed. It is connected again now,"
                + " and what changed meanwhile is reconciled. If this comes again, look at what is"
                + " between the operator and the API server (proxy, load balancer, firewall).",
            path,
            heard.truncatedTo(ChronoUnit.SECONDS));
      }
    }

    private void close() {
      closing = clock.instant();
      try {
        close.run();
      } catch (RuntimeException e) {
        // The others are closed all the same; fabric8 makes this one anew in a few minutes.
        LOG.warn("The silent watch of {} could not be closed", path, e);
      }
    }
  }
}
