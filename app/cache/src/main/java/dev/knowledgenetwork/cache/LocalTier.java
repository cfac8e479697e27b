package dev.knowledgenetwork.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.knowledgenetwork.cache.Flights.Flight;
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
 * version, so that nothing older can take their place. While a change may go unheard, entries are
 * served for a moment only ({@link Freshness}).
 *
 * <p>What is known of newer versions without a value is an entry, too, and may be evicted; so loads
 * under way are voided by themselves ({@link Flights}), and keys in {@link Quarantine} are kept
 * apart.
 *
 * <p>Thread safe; all replacement of an entry happens within Caffeine's compute on its key.
 */
final class LocalTier {

  /**
   * When a value was read, to be taken before the read begins.
   *
   * @param generation of the entries
   * @param readAt by the clock of this process
   */
  record Origin(long generation, long readAt) {
    /** Of a value that was read from the source earlier and is taken from L2 now. */
    Origin earlier(Duration age) {
      return new Origin(generation, readAt - age.toNanos());
    }
  }

  private record Entry(
      @Nullable Object value, long version, Origin origin, long expiresAt, int weight) {}

  private final Cache<CacheKey, Entry> entries;
  private final AtomicLong generation = new AtomicLong();
  private final Ticker ticker;
  private final Freshness freshness;
  private final Flights flights;
  private final Quarantine quarantine;
  private final int leastWeight;
  private final long longestTtl;

  LocalTier(CachePolicy.L1 limits, Ticker ticker, Freshness freshness, Flights flights) {
    this.ticker = ticker;
    this.freshness = freshness;
    this.flights = flights;
    this.quarantine = new Quarantine(ticker::read);
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

  /** How far what is stored here is believed. */
  Freshness freshness() {
    return freshness;
  }

  /** The value, if it is there and may be served. */
  Optional<Object> find(CacheKey key) {
    Entry entry = entries.getIfPresent(key);
    return entry != null
            && entry.value() != null
            && entry.origin().generation() == generation.get()
            && freshness.serves(entry.origin().readAt())
        ? Optional.of(entry.value())
        : Optional.empty();
  }

  /** The version below which a value of this key is known to be void; 0 where nothing is known. */
  long knownVersion(CacheKey key) {
    Entry entry = entries.getIfPresent(key);
    return entry == null ? 0 : entry.version();
  }

  /** Whether all versions were declared void within the last second. */
  boolean isJustQuarantined(CacheKey key) {
    return quarantine.beganWithin(key, Duration.ofSeconds(1));
  }

  /** To be read before a load begins and handed to {@link #put} with its result. */
  Origin origin() {
    return new Origin(generation.get(), ticker.read());
  }

  /**
   * Stores what a load found, unless a newer version is known or the key was changed meanwhile.
   *
   * @param bytes encoded size
   * @param ttl life left; shortened to the one of L1
   * @param origin from before the load
   */
  void put(Flight flight, Object value, long version, int bytes, Duration ttl, Origin origin) {
    CacheKey key = flight.key();
    if (!mayStore(flight, version)) {
      return;
    }
    int weight = Math.max(bytes, leastWeight);
    replace(key, new Entry(value, version, origin, deadline(ttl, longestTtl), weight), false);
    if (!mayStore(flight, version)) {
      // A change came in between: it found nothing to void, and its own entry may be evicted again.
      entries.asMap().computeIfPresent(key, (k, now) -> now.version() > version ? now : null);
    }
  }

  private boolean mayStore(Flight flight, long version) {
    return flight.mayStore(version) && !quarantine.covers(flight.key());
  }

  /** Voids everything older than the version, also loads that are under way. */
  void invalidate(CacheKey key, long version, Duration ttl) {
    flights.detach(key);
    replace(key, tombstone(version, deadline(ttl, longestTtl)), true);
  }

  /**
   * Voids everything, and lets nothing be stored for a while, however short the life of values is.
   */
  void quarantine(CacheKey key) {
    quarantine.begin(key);
    flights.detach(key);
    long end = ticker.read() + KeyChange.QUARANTINE.toNanos();
    replace(key, tombstone(Long.MAX_VALUE, end), true);
  }

  /** Voids what is older than a version that was seen, if there is something. */
  void raise(CacheKey key, long version) {
    flights.raise(key, version);
    entries
        .asMap()
        .computeIfPresent(
            key, (k, now) -> now.version() >= version ? now : tombstone(version, now.expiresAt()));
  }

  private Entry tombstone(long version, long expiresAt) {
    return new Entry(null, version, origin(), expiresAt, leastWeight);
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
