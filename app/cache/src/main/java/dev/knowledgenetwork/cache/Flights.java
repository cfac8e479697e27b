package dev.knowledgenetwork.cache;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * One load at a time for each key: who comes while one is under way waits for its result. {@link
 * #detach} lets later ones begin their own, because the running load may have read what has just
 * been changed.
 */
final class Flights {

  /** Who waited so long loads for itself. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Map<CacheKey, CompletableFuture<Optional<Object>>> running =
      new ConcurrentHashMap<>();

  /** Runs the load in the calling thread, or gives the result of the one that is running. */
  Optional<Object> fly(CacheKey key, Supplier<Optional<Object>> load, Runnable joined) {
    CompletableFuture<Optional<Object>> mine = new CompletableFuture<>();
    CompletableFuture<Optional<Object>> other = running.putIfAbsent(key, mine);
    if (other != null) {
      joined.run();
      return join(other, load);
    }
    try {
      Optional<Object> result = load.get();
      mine.complete(result);
      return result;
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      running.remove(key, mine);
    }
  }

  private static Optional<Object> join(
      CompletableFuture<Optional<Object>> other, Supplier<Optional<Object>> load) {
    try {
      return other.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return load.get();
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

  void detach(CacheKey key) {
    running.remove(key);
  }
}
