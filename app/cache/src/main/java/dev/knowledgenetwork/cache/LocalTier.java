package dev.knowledgenetwork.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * L1. Both limits hold with one weight: an entry weighs its bytes, but at least its share of the
 * bytes if all the permitted entries were there; so the bytes bound the weight and the weight
 * bounds the entries.
 *
 * <p>An entry is served only if it is of the current generation. {@link #distrustAll} begins a new
 * one when invalidations may have been lost; older entries then count as missing but keep their
 * version, so that nothing older can take their place. While the channel is down, and nobody would
 * tell of a change, entries are served for {@link #BLIND} only.
 *
 * <p>Thread safe; all replacement of an entry happens within Caffeine's compute on its key.
 */
final class LocalTier {

  /** How long an entry may be served while no invalidation can arrive. */
  static final Duration BLIND = Duration.ofSeconds(2);

  private record Entry(
      @Nullable Object value,
      long version,
      long generation,
      long loadedAt,
      long expiresAt,
      int weight) {}

  private final Cache<CacheKey, Entry> entries;
  private final AtomicLong generation = new AtomicLong();
  private final Ticker ticker;
  private final int leastWeight;
  private final long longestTtl;
  private volatile boolean informed;

  LocalTier(CachePolicy.L1 limits, Ticker ticker) {
    this.ticker = ticker;
    this.longestTtl = Duration.ofSeconds(limits.ttlSeconds()).toNanos();
    this.leastWeight =
        (int)
            Math.min(
                Integer.MAX_VALUE, Math.ceilDiv(limits.maxBytes(), (long) limits.maxEntries()));
    this.entries =
        Caffeine.newBuilder()
            .ticker(ticker)
            .maximumWeight(limits.maxBytes())
            .weigher((CacheKey key, Entry entry) -> entry.weight())
            // From the entry's own deadline: a refused replacement must not prolong what stays.
            .expireAfter(Expiry.<CacheKey, Entry>writing((key, entry) -> timeLeft(entry)))
            .recordStats()
            .build();
  }

  /** The value, if it is there and may be served. */
  Optional<Object> find(CacheKey key) {
    Entry entry = entries.getIfPresent(key);
    if (entry == null || entry.value() == null || entry.generation() != generation.get()) {
      return Optional.empty();
    }
    if (!informed && ticker.read() - entry.loadedAt() > BLIND.toNanos()) {
      return Optional.empty();
    }
    return Optional.of(entry.value());
  }

  /** The version below which a value of this key is known to be void; 0 where nothing is known. */
  long knownVersion(CacheKey key) {
    Entry entry = entries.getIfPresent(key);
    return entry == null ? 0 : entry.version();
  }

  /** Whether all versions were declared void within the last second. */
  boolean isQuarantined(CacheKey key) {
    Entry entry = entries.getIfPresent(key);
    return entry != null
        && entry.version() == Long.MAX_VALUE
        && ticker.read() - entry.loadedAt() < Duration.ofSeconds(1).toNanos();
  }

  /** To be read before a load begins and handed to {@link #put} with its result. */
  long generation() {
    return generation.get();
  }

  /**
   * Stores a value unless a newer version is known.
   *
   * @param bytes encoded size
   * @param ttl life left; shortened to the one of L1
   * @param loadedIn generation in which the load began
   */
  void put(CacheKey key, Object value, long version, int bytes, Duration ttl, long loadedIn) {
    replace(
        key,
        new Entry(
            value,
            version,
            loadedIn,
            ticker.read(),
            deadline(ttl, longestTtl),
            Math.max(bytes, leastWeight)),
        false);
  }

  /**
   * Voids everything older than the version, also loads that are under way. However short the life
   * of values is, a quarantine lasts.
   */
  void invalidate(CacheKey key, long version, Duration ttl) {
    long longest = Math.max(longestTtl, KeyChange.QUARANTINE.toNanos());
    replace(
        key,
        new Entry(
            null, version, generation.get(), ticker.read(), deadline(ttl, longest), leastWeight),
        true);
  }

  private void replace(CacheKey key, Entry next, boolean onlyNewer) {
    entries
        .asMap()
        .compute(
            key,
            (k, old) -> {
              if (old == null || old.version() < next.version()) {
                return next;
              }
              boolean same = old.version() == next.version();
              return same && (!onlyNewer || old.value() == null) ? next : old;
            });
  }

  private long deadline(Duration ttl, long longest) {
    return ticker.read() + Math.min(ttl.toNanos(), longest);
  }

  private Duration timeLeft(Entry entry) {
    return Duration.ofNanos(Math.max(1, entry.expiresAt() - ticker.read()));
  }

  /** From now on nothing that was loaded before is served without asking L2 or the source. */
  void distrustAll() {
    generation.incrementAndGet();
  }

  /** Says whether invalidations of other processes reach this one. */
  void informed(boolean now) {
    informed = now;
  }

  long entryCount() {
    entries.cleanUp();
    return entries.estimatedSize();
  }

  long weightedBytes() {
    return entries.policy().eviction().map(e -> e.weightedSize().orElse(0)).orElse(0L);
  }

  long evictions() {
    return entries.stats().evictionCount();
  }
}
