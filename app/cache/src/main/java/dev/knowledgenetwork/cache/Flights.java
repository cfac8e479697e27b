package dev.knowledgenetwork.cache;

import dev.knowledgenetwork.kernel.UnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * One load at a time for each key: who comes while one is under way waits for its result, and never
 * loads beside it, however slow the source is. {@link #detach} lets later ones begin their own,
 * because the running load may have read what has just been changed.
 */
final class Flights {

  /** Longer than any load may take: who waited so long is told to come again. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<CacheKey, Flight> running = new ConcurrentHashMap<>();
  private final Duration patience;

  Flights() {
    this(PATIENCE);
  }

  Flights(Duration patience) {
    this.patience = patience;
  }

  /** A load that is under way. */
  static final class Flight {
    private final CacheKey key;
    private final CompletableFuture<Optional<Object>> result = new CompletableFuture<>();
    private final AtomicLong floor = new AtomicLong();

    Flight(CacheKey key) {
      this.key = key;
    }

    CacheKey key() {
      return key;
    }

    /**
     * Whether a result of this version may be stored: false once a change was heard of that it may
     * have missed. Does not rest on what the tiers remember, for they may evict it.
     */
    boolean mayStore(long version) {
      return version >= floor.get();
    }
  }

  /**
   * Runs the load in the calling thread, or gives the result of the one that is running.
   *
   * @throws UnavailableException if that one takes too long
   */
  Optional<Object> fly(CacheKey key, Function<Flight, Optional<Object>> load, Runnable joined) {
    Flight mine = new Flight(key);
    Flight other = running.putIfAbsent(key, mine);
    if (other != null) {
      joined.run();
      return join(other);
    }
    try {
      Optional<Object> result = load.apply(mine);
      mine.result.complete(result);
      return result;
    } catch (RuntimeException | Error e) {
      mine.result.completeExceptionally(e);
      throw e;
    } finally {
      running.remove(key, mine);
    }
  }

  private Optional<Object> join(Flight other) {
    try {
      return other.result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new UnavailableException(
          "Another reader of the same value has waited for it for "
              + patience.toSeconds()
              + " s; send the request again.",
          Duration.ofSeconds(1));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("a load failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a load", e);
    }
  }

  /**
   * The value was changed: a load under way is neither shared with whoever comes later nor stored,
   * for of several changes it may have seen the first and not the last.
   */
  void detach(CacheKey key) {
    Flight flight = running.remove(key);
    if (flight != null) {
      flight.floor.set(Long.MAX_VALUE);
    }
  }

  /** A load under way stores nothing older than this version, which somebody has seen. */
  void raise(CacheKey key, long version) {
    Flight flight = running.get(key);
    if (flight != null) {
      flight.floor.accumulateAndGet(version, Math::max);
    }
  }
}
