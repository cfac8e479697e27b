package dev.knowledgenetwork.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalTierTest {

  private static final Duration LIFE = Duration.ofSeconds(300);
  private static final CacheKey KEY = key(1);

  private final AtomicLong now = new AtomicLong();
  private final LocalTier tier = new LocalTier(new CachePolicy.L1(100, 10_000, 60), now::get);

  @BeforeEach
  void channelStands() {
    tier.informed(true);
  }

  @Test
  void neverHoldsMoreEntriesThanAllowed() {
    for (int i = 0; i < 1_000; i++) {
      tier.put(key(i), "v", 1, 1, LIFE, 0);
    }

    assertThat(tier.entryCount()).isBetween(50L, 100L);
  }

  @Test
  void neverHoldsMoreBytesThanAllowed() {
    for (int i = 0; i < 1_000; i++) {
      tier.put(key(i), "v", 1, 1_000, LIFE, 0);
    }

    assertThat(tier.entryCount()).isBetween(1L, 10L);
    assertThat(tier.weightedBytes()).isLessThanOrEqualTo(10_000);
  }

  @Test
  void livesAsLongAsTheShorterOfBothLives() {
    tier.put(KEY, "own life", 1, 1, Duration.ofSeconds(10), 0);
    tier.put(key(2), "life of the tier", 1, 1, LIFE, 0);

    pass(Duration.ofSeconds(11));
    assertThat(tier.find(KEY)).isEmpty();
    assertThat(tier.find(key(2))).contains("life of the tier");

    pass(Duration.ofSeconds(50));
    assertThat(tier.find(key(2))).isEmpty();
  }

  @Test
  void readingDoesNotProlongLife() {
    tier.put(KEY, "v", 1, 1, LIFE, 0);
    pass(Duration.ofSeconds(59));
    assertThat(tier.find(KEY)).isPresent();
    pass(Duration.ofSeconds(2));

    assertThat(tier.find(KEY)).isEmpty();
  }

  @Test
  void anOlderValueNeverReplacesANewerOneNorATombstone() {
    tier.put(KEY, "two", 2, 1, LIFE, 0);
    tier.put(KEY, "one", 1, 1, LIFE, 0);
    assertThat(tier.find(KEY)).contains("two");

    tier.invalidate(KEY, 3, LIFE);
    tier.put(KEY, "two", 2, 1, LIFE, 0);
    assertThat(tier.find(KEY)).isEmpty();
    assertThat(tier.knownVersion(KEY)).isEqualTo(3);

    tier.put(KEY, "three", 3, 1, LIFE, 0);
    assertThat(tier.find(KEY)).contains("three");
  }

  @Test
  void anInvalidationLeavesWhatIsAlreadyThatNew() {
    tier.put(KEY, "two", 2, 1, LIFE, 0);

    tier.invalidate(KEY, 2, LIFE);

    assertThat(tier.find(KEY)).contains("two");
  }

  @Test
  void aRefusedValueDoesNotProlongTheTombstone() {
    tier.invalidate(KEY, 3, Duration.ofSeconds(10));
    pass(Duration.ofSeconds(9));
    tier.put(KEY, "two", 2, 1, LIFE, 0);
    pass(Duration.ofSeconds(2));

    assertThat(tier.knownVersion(KEY)).isZero();
  }

  @Test
  void aQuarantineLastsHoweverShortTheLifeOfValues() {
    LocalTier brief = new LocalTier(new CachePolicy.L1(100, 10_000, 1), now::get);
    brief.informed(true);
    brief.invalidate(KEY, Long.MAX_VALUE, KeyChange.QUARANTINE);
    pass(KeyChange.QUARANTINE.minusMillis(1));
    brief.put(KEY, "two", 2, 1, LIFE, 0);

    assertThat(brief.find(KEY)).isEmpty();
    pass(Duration.ofMillis(2));
    assertThat(brief.knownVersion(KEY)).isZero();
  }

  @Test
  void distrustConcernsWhatBeganBeforeIt() {
    long before = tier.generation();
    tier.put(KEY, "before", 1, 1, LIFE, before);
    tier.distrustAll();
    tier.put(key(2), "load was under way", 1, 1, LIFE, before);
    tier.put(key(3), "after", 1, 1, LIFE, tier.generation());

    assertThat(tier.find(KEY)).isEmpty();
    assertThat(tier.find(key(2))).isEmpty();
    assertThat(tier.find(key(3))).contains("after");
  }

  @Test
  void withoutNewsEntriesAreServedForAMomentOnly() {
    tier.put(KEY, "v", 1, 1, LIFE, 0);
    tier.informed(false);
    assertThat(tier.find(KEY)).isPresent();

    pass(LocalTier.BLIND.plusMillis(1));
    assertThat(tier.find(KEY)).isEmpty();

    tier.informed(true);
    assertThat(tier.find(KEY)).isPresent();
  }

  private static CacheKey key(int id) {
    return new CacheKey("document", "t", Integer.toString(id));
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
