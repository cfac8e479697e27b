package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.OutcomeUnknownException;
import dev.knowledgenetwork.kernel.ReferenceException;
import dev.knowledgenetwork.kernel.UnavailableException;
import dev.knowledgenetwork.sharding.Failures.Reaction;
import dev.knowledgenetwork.sharding.Router.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs an operation on the shard of its key and repeats it where that is safe: reads always, writes
 * as long as their COMMIT was not sent. Attempts end with the deadline.
 */
public final class ShardTransactions {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
  private static final int NETWORK_GRACE = 500;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  /** A shard that answered somebody in this time is there. */
  private static final Duration THERE = Duration.ofSeconds(1);

  /**
   * Work of one attempt.
   *
   * @param <T> its result
   */
  @FunctionalInterface
  public interface Work<T> {

    /** Runs the statements on a connection to where the route leads. */
    T run(Connection connection, Route route) throws SQLException;
  }

  /**
   * A transaction that writes.
   *
   * @param work its statements; the first is fenced ({@link Route#enter})
   * @param unknown answer for a commit whose outcome is not known
   * @param repeatable doing the work twice has the effect of doing it once, so an unknown outcome
   *     is settled by another attempt
   * @param <T> its result
   */
  public record Write<T>(Work<T> work, Supplier<T> unknown, boolean repeatable) {

    /**
     * A transaction that may run twice with the effect of once, such as one that sets a value.
     * Where no attempt can settle its outcome in time, {@link OutcomeUnknownException} is thrown,
     * and the caller may run it again.
     */
    public static <T> Write<T> repeatable(Work<T> work) {
      return new Write<>(
          work,
          () -> {
            throw new OutcomeUnknownException("the outcome of the commit is not known");
          },
          true);
    }
  }

  /** COMMIT was sent and nobody knows what became of it. */
  private static final class CommitUnknownException extends SQLException {
    private static final long serialVersionUID = 1L;

    CommitUnknownException(@Nullable SQLException cause) {
      super("outcome of the commit is unknown", cause);
    }
  }

  private final Router router;
  private final ShardPools pools;
  private final Topologies topologies;
  private final ShardVitals vitals;
  private final Bulkheads bulkheads;
  private final ShardSettings settings;
  private final MeterRegistry meters;

  ShardTransactions(
      Topologies topologies, ShardVitals vitals, ShardSettings settings, MeterRegistry meters) {
    this.router = topologies.router();
    this.pools = topologies.pools();
    this.topologies = topologies;
    this.vitals = vitals;
    this.bulkheads = new Bulkheads(vitals, settings.pool());
    this.settings = settings;
    this.meters = meters;
  }

  /**
   * Runs a read: one statement, its bucket checked by {@code kn.read} in its own snapshot.
   *
   * @param operation label of the metric, one of a few
   * @param key decides the bucket
   * @throws UnavailableException if the shard cannot be reached within the deadline
   */
  public <T> T read(String operation, CharSequence key, Work<T> work) {
    Supplier<T> impossible =
        () -> {
          throw new IllegalStateException("a read has no commit");
        };
    return timed(operation, () -> repeat(key, work, new Write<>(work, impossible, true)));
  }

  /**
   * Runs a transaction: work, then COMMIT.
   *
   * @param operation label of the metric, one of a few
   * @param key decides the bucket
   * @throws UnavailableException if the shard cannot be reached within the deadline
   * @throws ReferenceException if the work does
   */
  public <T> T write(String operation, CharSequence key, Write<T> write) {
    Work<T> transaction =
        (connection, route) -> {
          // The pool rolls back and returns to autocommit when the connection is closed.
          connection.setAutoCommit(false);
          T result = write.work().run(connection, route);
          commit(connection);
          return result;
        };
    return timed(operation, () -> repeat(key, transaction, write));
  }

  private <T> T repeat(CharSequence key, Work<T> work, Write<T> write) {
    try (Bulkheads.Place place = bulkheads.place(key)) {
      return repeat(place, key, work, write);
    }
  }

  private <T> T repeat(Bulkheads.Place place, CharSequence key, Work<T> work, Write<T> write) {
    long end = System.nanoTime() + settings.deadline().toNanos();
    Duration pause = FIRST_PAUSE;
    boolean uncertain = false;
    while (true) {
      Routes routes = router.routes();
      int bucket = routes.bucket(key);
      String shard = routes.owner(bucket);
      SQLException failure;
      try {
        place.moveTo(shard);
        return attempt(new Route(bucket, routes.epoch(bucket), shard, seconds(end)), work);
      } catch (UnavailableException e) {
        if (uncertain) {
          return write.unknown().get();
        }
        throw e;
      } catch (CommitUnknownException e) {
        uncertain = true;
        failure = e;
      } catch (SQLException e) {
        failure = e;
      }
      Reaction reaction = reaction(failure, shard);
      if (reaction == Reaction.CONNECTION || reaction == Reaction.BUSY) {
        vitals.failed(shard);
      }
      boolean again =
          repeats(reaction)
              && (write.repeatable() || !uncertain)
              && System.nanoTime() + pause.toNanos() < end;
      if (!again) {
        if (uncertain) {
          return write.unknown().get();
        }
        throw giveUp(reaction, shard, failure);
      }
      count(reaction, shard);
      if (reaction == Reaction.MOVED && topologies.reload(shard, routes.epoch())) {
        continue;
      }
      pause = rest(pause);
    }
  }

  private <T> T attempt(Route route, Work<T> work) throws SQLException {
    try (Connection connection = pools.connection(route.shard())) {
      try {
        // Statements are cancelled first; this ends what a cancellation does not reach: a network
        // that swallows everything, and a commit that waits for its standby.
        connection.setNetworkTimeout(Runnable::run, route.timeoutSeconds() * 1_000 + NETWORK_GRACE);
        T result = work.run(connection, route);
        vitals.heard(route.shard());
        return result;
      } catch (SQLException e) {
        if (Failures.reaction(e) == Reaction.READ_ONLY) {
          pools.evict(route.shard(), connection);
        }
        throw e;
      }
    }
  }

  private static void commit(Connection connection) throws SQLException {
    connection.clearWarnings();
    try {
      connection.commit();
    } catch (SQLException e) {
      throw Failures.provesAbort(e) ? e : new CommitUnknownException(e);
    }
    // A commit whose wait for its standby is cancelled succeeds with a warning. It is on one server
    // only, and a failover may lose it.
    if (connection.getWarnings() != null) {
      throw new CommitUnknownException(connection.getWarnings());
    }
  }

  /** Time that the statements of an attempt have, in whole seconds, as the driver wants it. */
  private int seconds(long end) {
    Duration left = Duration.ofNanos(end - System.nanoTime());
    Duration limit = settings.pool().statementTimeout();
    Duration shorter = left.compareTo(limit) < 0 ? left : limit;
    return Math.toIntExact(Math.max(1, shorter.plusMillis(999).toSeconds()));
  }

  /** A shard that is there and keeps all its connections busy is too slow for more. */
  private Reaction reaction(SQLException failure, String shard) {
    if (failure instanceof CommitUnknownException) {
      return Reaction.CONNECTION;
    }
    Reaction reaction = Failures.reaction(failure);
    return reaction == Reaction.BUSY && vitals.heardWithin(shard, THERE)
        ? Reaction.OVERLOAD
        : reaction;
  }

  private static boolean repeats(Reaction reaction) {
    return switch (reaction) {
      case MOVED, CONNECTION, BUSY, READ_ONLY, CONFLICT -> true;
      case OVERLOAD, UNPREPARED, FAULT -> false;
    };
  }

  /** Waits, with jitter so that those who failed together do not come back together. */
  private static Duration rest(Duration pause) {
    long nanos = pause.toNanos();
    LockSupport.parkNanos(nanos / 2 + ThreadLocalRandom.current().nextLong(nanos));
    Duration next = pause.multipliedBy(2);
    return next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
  }

  private static RuntimeException giveUp(Reaction reaction, String shard, SQLException failure) {
    String what = Failures.describe(failure);
    return reaction == Reaction.FAULT
        ? new IllegalStateException("shard " + shard + " refused a statement: " + what, failure)
        : new UnavailableException(
            "shard " + shard + " is not available: " + what, RETRY_AFTER, failure);
  }

  private void count(Reaction reaction, String shard) {
    String reason = reaction.name().toLowerCase(Locale.ROOT);
    meters.counter("kn.storage.retries", "shard", shard, "reason", reason).increment();
  }

  private <T> T timed(String operation, Supplier<T> run) {
    Timer.Sample sample = Timer.start(meters);
    String outcome = "failed";
    try {
      T result = run.get();
      outcome = "answered";
      return result;
    } catch (UnavailableException e) {
      outcome = "unavailable";
      throw e;
    } catch (ReferenceException e) {
      outcome = "refused";
      throw e;
    } finally {
      sample.stop(meters.timer("kn.storage.operation", "operation", operation, "outcome", outcome));
    }
  }
}
