package dev.knowledgenetwork.cache;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * The values of one class in a cache ({@link TieredCache#values}). A cache that fails must behave
 * as an empty one: it never throws because of itself, and a read then costs the loader only.
 *
 * @param <V> a value
 */
public interface ValueCache<V> {

  /**
   * The value from the cache or else from the loader, which is called at most once at a time for a
   * value in this process. What the loader throws reaches the caller.
   */
  Optional<V> find(String tenant, String id, Supplier<Optional<V>> loader);

  /** The value, if this process has it: nothing is waited for, and nobody is asked. */
  Optional<V> findAtOnce(String tenant, String id);

  /**
   * Called after a commit, before the writer gets its answer: no version below the change's may be
   * served from here afterwards.
   *
   * @param version that the value has since; of a deletion: of the last one
   */
  void changed(String tenant, String id, long version, KeyChange.Kind kind);

  /**
   * Called when it is not known whether a write was committed: forget the value. What began to load
   * before is not served to readers who come afterwards.
   */
  void uncertain(String tenant, String id);

  /**
   * Called when a refused write has shown a version, without changing anything: nothing older is
   * served from here afterwards; what is that new may stay, and nobody else is told.
   *
   * @param version that was seen; {@link Long#MAX_VALUE} where the value is gone
   */
  void seen(String tenant, String id, long version);
}
