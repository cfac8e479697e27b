package dev.knowledgenetwork.cache;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes that L2 did not take, the newest of each key, to be sent when it does. More than {@value
 * #MOST} are not remembered one by one but as one sentence: everything may have changed. Guarded by
 * itself.
 */
final class Unsent {

  static final int MOST = 10_000;

  private final Map<CacheKey, KeyChange> changes = new LinkedHashMap<>();
  private boolean everything;

  synchronized void keep(KeyChange change) {
    if (everything) {
      return;
    }
    if (changes.size() >= MOST && !changes.containsKey(change.key())) {
      keepEverything();
      return;
    }
    changes.merge(change.key(), change, (a, b) -> a.floor() > b.floor() ? a : b);
  }

  synchronized void keepEverything() {
    changes.clear();
    everything = true;
  }

  synchronized boolean isEverything() {
    return everything;
  }

  /** Whether everything is to be voided; from now on changes are remembered one by one again. */
  synchronized boolean takeEverything() {
    boolean taken = everything;
    everything = false;
    return taken;
  }

  synchronized List<KeyChange> each() {
    return List.copyOf(changes.values());
  }

  /** Forgets a change that was sent, unless a newer one has taken its place. */
  synchronized void sent(KeyChange change) {
    changes.remove(change.key(), change);
  }

  /** What L2 has of this key is void below this version; 0 where it is right. */
  synchronized long floor(CacheKey key) {
    if (everything) {
      return Long.MAX_VALUE;
    }
    KeyChange change = changes.get(key);
    return change == null ? 0 : change.floor();
  }

  synchronized boolean isEmpty() {
    return changes.isEmpty() && !everything;
  }

  synchronized int size() {
    return everything ? MOST + 1 : changes.size();
  }
}
