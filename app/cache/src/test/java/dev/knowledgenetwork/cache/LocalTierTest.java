package dev.knowledgenetwork.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalTierTest {

  private static final Duration LIFE = Duration.ofSeconds(300);
  private static final CacheKey KEY = key(1);

  private final AtomicLong now = new AtomicLong();
  private final Freshness freshness = new Freshness(now::get);
  private final Flights flights = new Flights();
  private final LocalTier tier = tier(new CachePolicy.L1(100, 10_000, 60));

  @BeforeEach
  void channelStands() {
    freshness.lease(Duration.ofDays(1).toNanos());
  }

  @Test
  void neverHoldsMoreEntriesThanAllowed() {
    for (int i = 0; i < 1_000; i++) {
      put(tier, key(i), "v", 1, 1, LIFE);
    }

    assertThat(tier.entryCount()).isBetween(50L, 100L);
  }

  @Test
  void neverHoldsMoreBytesThanAllowed() {
    for (int i = 0; i < 1_000; i++) {
      put(tier, key(i), "v", 1, 1_000, LIFE);
    }

    assertThat(tier.entryCount()).isBetween(1L, 10L);
    assertThat(tier.weightedBytes()).isLessThanOrEqualTo(10_000);
  }

  @Test
  void livesAsLongAsTheShorterOfBothLives() {
    put(tier, KEY, "own life", 1, 1, Duration.ofSeconds(10));
    put(tier, key(2), "life of the tier", 1, 1, LIFE);

    pass(Duration.ofSeconds(11));
    assertThat(tier.find(KEY)).isEmpty();
    assertThat(tier.find(key(2))).contains("life of the tier");

    pass(Duration.ofSeconds(50));
    assertThat(tier.find(key(2))).isEmpty();
  }

  @Test
  void readingDoesNotProlongLife() {
    put(tier, KEY, "v", 1, 1, LIFE);
    pass(Duration.ofSeconds(59));
    assertThat(tier.find(KEY)).isPresent();
    pass(Duration.ofSeconds(2));

    assertThat(tier.find(KEY)).isEmpty();
  }

  @Test
  void anOlderValueNeverReplacesANewerOneNorATombstone() {
    put(tier, KEY, "two", 2, 1, LIFE);
    put(tier, KEY, "one", 1, 1, LIFE);
    assertThat(tier.find(KEY)).contains("two");

    tier.invalidate(KEY, 3, LIFE);
    put(tier, KEY, "two", 2, 1, LIFE);
    assertThat(tier.find(KEY)).isEmpty();
    assertThat(tier.knownVersion(KEY)).isEqualTo(3);

    put(tier, KEY, "three", 3, 1, LIFE);
    assertThat(tier.find(KEY)).contains("three");
  }

  @Test
  void anInvalidationLeavesWhatIsAlreadyThatNew() {
    put(tier, KEY, "two", 2, 1, LIFE);

    tier.invalidate(KEY, 2, LIFE);

    assertThat(tier.find(KEY)).contains("two");
  }

  @Test
  void aRefusedValueDoesNotProlongTheTombstone() {
    tier.invalidate(KEY, 3, Duration.ofSeconds(10));
    pass(Duration.ofSeconds(9));
    put(tier, KEY, "two", 2, 1, LIFE);
    pass(Duration.ofSeconds(2));

    assertThat(tier.knownVersion(KEY)).isZero();
  }

  @Test
  void aQuarantineLastsHoweverShortTheLifeOfValuesAndHoweverFullTheTier() {
    LocalTier brief = tier(new CachePolicy.L1(1, 10, 1));
    brief.quarantine(KEY);
    for (int i = 2; i < 100; i++) {
      put(brief, key(i), "v", 1, 1, LIFE);
    }
    assertThat(brief.entryCount()).isLessThanOrEqualTo(1);
    pass(KeyChange.QUARANTINE.minusMillis(1));
    put(brief, KEY, "two", 2, 1, LIFE);

    assertThat(brief.find(KEY)).isEmpty();
    pass(Duration.ofMillis(2));
    put(brief, KEY, "two", 2, 1, LIFE);
    assertThat(brief.find(KEY)).contains("two");
  }

  @Test
  void withTooManyQuarantinesNothingIsStoredForAWhile() {
    for (int i = 0; i <= Quarantine.MOST; i++) {
      tier.quarantine(key(i));
    }
    CacheKey another = key(-1);
    put(tier, another, "v", 1, 1, LIFE);
    assertThat(tier.find(another)).isEmpty();

    pass(KeyChange.QUARANTINE);
    put(tier, another, "v", 1, 1, LIFE);
    assertThat(tier.find(another)).isPresent();
  }

  @Test
  void aLoadThatAChangeOvertookIsNotKeptThoughNothingRemembersTheChange() {
    LocalTier tiny = tier(new CachePolicy.L1(1, 10, 60));
    flights.fly(
        KEY,
        flight -> {
          LocalTier.Origin origin = tiny.origin();
          tiny.invalidate(KEY, 2, LIFE);
          for (int i = 2; i < 100; i++) {
            tiny.invalidate(key(i), 1, LIFE);
          }
          assertThat(tiny.entryCount()).isLessThanOrEqualTo(1);
          tiny.put(flight, "one", 1, 1, LIFE, origin);
          return Optional.of("one");
        },
        () -> {});

    assertThat(tiny.find(KEY)).isEmpty();
  }

  @Test
  void whatSomebodySawVoidsOnlyWhatIsOlder() {
    put(tier, KEY, "two", 2, 1, LIFE);
    tier.raise(KEY, 2);
    assertThat(tier.find(KEY)).contains("two");

    tier.raise(KEY, 3);
    assertThat(tier.find(KEY)).isEmpty();
    put(tier, KEY, "two", 2, 1, LIFE);
    assertThat(tier.find(KEY)).isEmpty();

    tier.raise(key(2), 3);
    assertThat(tier.knownVersion(key(2))).as("nothing is kept of what was not there").isZero();
  }

  @Test
  void distrustConcernsWhatBeganBeforeIt() {
    LocalTier.Origin before = tier.origin();
    tier.put(flight(KEY), "before", 1, 1, LIFE, before);
    tier.distrustAll();
    tier.put(flight(key(2)), "load was under way", 1, 1, LIFE, before);
    put(tier, key(3), "after", 1, 1, LIFE);

    assertThat(tier.find(KEY)).isEmpty();
    assertThat(tier.find(key(2))).isEmpty();
    assertThat(tier.find(key(3))).contains("after");
  }

  @Test
  void withoutALeaseEntriesAreServedForAMomentFromWhenTheyWereRead() {
    LocalTier.Origin read = tier.origin();
    pass(Duration.ofMillis(500));
    tier.put(flight(KEY), "v", 1, 1, LIFE, read);
    freshness.lease(now.get());
    assertThat(tier.find(KEY)).isPresent();

    pass(Freshness.UNCONFIRMED.minusMillis(499));
    assertThat(tier.find(KEY)).isEmpty();

    freshness.lease(now.get() + 1);
    assertThat(tier.find(KEY)).isPresent();
  }

  private LocalTier tier(CachePolicy.L1 limits) {
    return new LocalTier(limits, now::get, freshness, flights);
  }

  private static Flights.Flight flight(CacheKey key) {
    return new Flights.Flight(key);
  }

  private static void put(
      LocalTier tier, CacheKey key, String value, long version, int bytes, Duration ttl) {
    tier.put(flight(key), value, version, bytes, ttl, tier.origin());
  }

  private static CacheKey key(int id) {
    return new CacheKey("document", "t", Integer.toString(id));
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
