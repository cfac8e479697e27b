package dev.knowledgenetwork.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.knowledgenetwork.cache.CacheMetrics.Result;
import dev.knowledgenetwork.cache.CachePolicy.Tier;
import dev.knowledgenetwork.cache.Flights.Flight;
import dev.knowledgenetwork.cache.LocalTier.Origin;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Values in L1 (this process) and L2 (shared), read through and voided on change.
 *
 * <ul>
 *   <li>A reader that begins after {@link #changed} returned, in this process, never gets an older
 *       value; in another process once the message is there, usually within a millisecond or two.
 *   <li>No reader gets a value that was changed longer ago than {@link #BOUND}, whatever is lost,
 *       late or doubled, and whoever is cut off from L2; docs/architecture.md has what that holds
 *       under.
 *   <li>A slow load never puts an older value over a newer one, in either tier.
 *   <li>L2 is optional at every moment: without it the source is asked, and nothing waits for it
 *       after the first few failures.
 * </ul>
 *
 * <p>Thread safe. A hit in L1 costs well under a microsecond, one in L2 a round trip; no call waits
 * for L2 longer than 250 ms.
 */
public final class TieredCache implements AutoCloseable {

  /** How long others may go on reading what was changed, at most. */
  public static final Duration BOUND = InvalidationChannel.SILENCE.plusSeconds(1);

  private final CachePolicy policy;
  private final LocalTier local;
  private final RemoteTier remote;
  private final InvalidationChannel channel;
  private final @Nullable CacheUpkeep upkeep;
  private final CacheMetrics metrics;
  private final Flights flights = new Flights();
  private final Ticker ticker = Ticker.systemTicker();
  private final Freshness freshness = new Freshness(ticker::read);

  /**
   * Starts a cache; connecting to L2 happens in the background.
   *
   * @param policy limits, lives and endpoints
   * @param credentials where user, password and authority of L2 are mounted
   * @param sender a name that no other process of this cache has (the pod and a random part)
   * @param registry takes the metrics {@code kn.cache.*}
   */
  public TieredCache(
      CachePolicy policy, CacheCredentials credentials, String sender, MeterRegistry registry) {
    this.policy = policy;
    this.metrics = new CacheMetrics(registry);
    this.local = new LocalTier(policy.l1(), ticker, freshness, flights);
    this.remote = new RemoteTier(policy, new CircuitBreaker(ticker::read), metrics, ticker::read);
    this.channel =
        new InvalidationChannel(
            new InvalidationChannel.Sender(sender, System.currentTimeMillis(), ticker::read),
            policy,
            local,
            remote,
            metrics);
    metrics.local(local);
    metrics.lease(freshness::hasLease);
    if (policy.endpoints().isEmpty()) {
      this.upkeep = null;
    } else {
      this.upkeep =
          new CacheUpkeep(new RedisLink(policy, credentials), remote, channel, ticker::read);
      upkeep.start();
    }
  }

  /**
   * The value: from L1, else L2, else the loader, which is run at most once at a time for a key in
   * this process. What the loader throws comes out unchanged. Absence is not remembered.
   */
  public <V> Optional<V> get(
      CacheClass<V> dataClass, String tenant, String id, Supplier<Optional<V>> loader) {
    Optional<V> found = getAtOnce(dataClass, tenant, id);
    if (found.isPresent()) {
      return found;
    }
    CacheKey key = new CacheKey(dataClass.name(), tenant, id);
    if (policy.uses(dataClass.name(), Tier.L1)) {
      metrics.request(Tier.L1, key.dataClass(), Result.MISS);
    }
    return cast(
        flights.fly(
            key,
            flight -> load(dataClass, flight, loader).map(Object.class::cast),
            () -> metrics.load(key.dataClass(), true)));
  }

  /** The value from L1, if it is there; that it is not is no miss: {@link #get} may follow. */
  public <V> Optional<V> getAtOnce(CacheClass<V> dataClass, String tenant, String id) {
    if (!policy.uses(dataClass.name(), Tier.L1)) {
      return Optional.empty();
    }
    Optional<Object> found = local.find(new CacheKey(dataClass.name(), tenant, id));
    if (found.isPresent()) {
      metrics.request(Tier.L1, dataClass.name(), Result.HIT);
    }
    return cast(found);
  }

  // A key belongs to one class, whose codec and loader are the only sources of its values.
  @SuppressWarnings("unchecked")
  private static <V> Optional<V> cast(Optional<Object> value) {
    return (Optional<V>) value;
  }

  private <V> Optional<V> load(
      CacheClass<V> dataClass, Flight flight, Supplier<Optional<V>> loader) {
    Origin origin = local.origin();
    long session = remote.sessionNumber();
    Optional<V> shared = fromRemote(dataClass, flight, origin);
    if (shared.isPresent()) {
      return shared;
    }
    metrics.load(dataClass.name(), false);
    Optional<V> loaded = loader.get();
    if (loaded.isPresent()
        && ticker.read() - origin.readAt() < policy.longestLoad(dataClass.name()).toNanos()) {
      store(dataClass, flight, loaded.get(), origin, session);
    }
    return loaded;
  }

  private <V> Optional<V> fromRemote(CacheClass<V> dataClass, Flight flight, Origin origin) {
    if (!policy.uses(dataClass.name(), Tier.L2) || !remote.isUsable()) {
      return Optional.empty();
    }
    Optional<V> value =
        remote.get(flight.key()).flatMap(found -> accept(dataClass, flight, found, origin));
    metrics.request(Tier.L2, dataClass.name(), value.isPresent() ? Result.HIT : Result.MISS);
    return value;
  }

  private <V> Optional<V> accept(
      CacheClass<V> dataClass, Flight flight, RemoteTier.Found found, Origin origin) {
    Envelope envelope = found.envelope();
    CacheKey key = flight.key();
    if (envelope.tombstone()
        || envelope.version() < Math.max(local.knownVersion(key), channel.floor(key))
        || !freshness.takes(found.age())) {
      return Optional.empty();
    }
    try {
      V value = dataClass.codec().decode(envelope.payload());
      if (policy.uses(key.dataClass(), Tier.L1)) {
        int bytes = envelope.payload().length * dataClass.copies();
        Origin read = origin.earlier(found.age());
        local.put(flight, value, envelope.version(), bytes, found.timeLeft(), read);
      }
      return Optional.of(value);
    } catch (IllegalArgumentException e) {
      metrics.remoteError("decode");
      return Optional.empty();
    }
  }

  private <V> void store(
      CacheClass<V> dataClass, Flight flight, V value, Origin origin, long session) {
    CacheKey key = flight.key();
    byte[] bytes = dataClass.codec().encode(value);
    long version = dataClass.version().applyAsLong(value);
    if (policy.uses(key.dataClass(), Tier.L2) && flight.mayStore(version)) {
      Duration ago = Duration.ofNanos(ticker.read() - origin.readAt());
      remote.fill(key, version, bytes, ago, session);
    }
    if (policy.uses(key.dataClass(), Tier.L1)) {
      Duration ttl = policy.ttl(key.dataClass());
      local.put(flight, value, version, bytes.length * dataClass.copies(), ttl, origin);
    }
  }

  /**
   * To be called after a change was committed and before it is acknowledged: voids what is older in
   * L2, in this process, and tells all others. Never fails because of L2; what L2 did not take is
   * sent when it is back.
   */
  public void changed(KeyChange change) {
    channel.apply(change);
    channel.announce(change);
  }

  /**
   * To be called when nobody knows whether a change was committed: for a few seconds the value
   * comes from the source, in all processes. Many calls for one value cost one message a second.
   */
  public void uncertain(String dataClass, String tenant, String id) {
    KeyChange change = new KeyChange(dataClass, tenant, id, 0, KeyChange.Kind.UNCERTAIN);
    if (local.isJustQuarantined(change.key())) {
      // Nothing is stored, but a load may have begun since the call that the message stands for.
      flights.detach(change.key());
    } else {
      changed(change);
    }
  }

  /**
   * To be called when somebody was told of this version without having changed anything: this
   * process serves nothing older from now on. Nobody else is told, and what is that new stays.
   *
   * @param version that was seen; {@link Long#MAX_VALUE} where the value is gone
   */
  public void seen(String dataClass, String tenant, String id, long version) {
    local.raise(new CacheKey(dataClass, tenant, id), version);
  }

  /** The values of a class. */
  public <V> ValueCache<V> values(CacheClass<V> dataClass) {
    return new ValueCache<>() {
      @Override
      public Optional<V> find(String tenant, String id, Supplier<Optional<V>> loader) {
        return get(dataClass, tenant, id, loader);
      }

      @Override
      public Optional<V> findAtOnce(String tenant, String id) {
        return getAtOnce(dataClass, tenant, id);
      }

      @Override
      public void changed(String tenant, String id, long version, KeyChange.Kind kind) {
        TieredCache.this.changed(new KeyChange(dataClass.name(), tenant, id, version, kind));
      }

      @Override
      public void uncertain(String tenant, String id) {
        TieredCache.this.uncertain(dataClass.name(), tenant, id);
      }

      @Override
      public void seen(String tenant, String id, long version) {
        TieredCache.this.seen(dataClass.name(), tenant, id, version);
      }
    };
  }

  /** Whether L2 answers at this moment. Costs nothing. */
  public boolean remoteUsable() {
    return remote.isUsable();
  }

  @Override
  public void close() {
    if (upkeep != null) {
      upkeep.close();
    }
  }
}
