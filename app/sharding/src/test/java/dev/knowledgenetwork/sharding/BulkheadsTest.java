package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.kernel.TenantBusyException;
import dev.knowledgenetwork.kernel.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BulkheadsTest {

  private static final int MOST = 50;

  private final AtomicLong now = new AtomicLong(7);
  private final ShardVitals vitals = new ShardVitals(now::get);
  private final Bulkheads bulkheads = new Bulkheads(vitals, PoolSettings.sized(1, 1));

  @Test
  void aShardIsDownAfterFiveFailuresOverFifteenSecondsAndUntilItIsHeardOf() {
    fail("s0", 4);
    pass(Duration.ofSeconds(16));
    assertThat(vitals.isDown("s0")).isFalse();
    fail("s0", 1);
    assertThat(vitals.isDown("s0")).isTrue();
    assertThat(vitals.isDown("s1")).isFalse();
    vitals.heard("s0");
    assertThat(vitals.isDown("s0")).isFalse();
    fail("s0", 5);
    pass(Duration.ofSeconds(14));
    assertThat(vitals.isDown("s0")).as("a failover is waited for").isFalse();
  }

  @Test
  void aShardThatIsDownLetsNobodyInAndTheOthersDo() {
    fail("s0", 5);
    pass(Duration.ofSeconds(15));
    try (Bulkheads.Place place = bulkheads.place("acme")) {
      assertThatThrownBy(() -> place.moveTo("s0"))
          .isInstanceOfSatisfying(
              UnavailableException.class, e -> assertThat(e.retryAfter()).isPositive())
          .hasMessage("shard s0 is not available");
      place.moveTo("s1");
      vitals.heard("s0");
      assertThatCode(() -> place.moveTo("s0")).doesNotThrowAnyException();
    }
  }

  @Test
  void oneThatWaitsAtAShardLeavesWhenItGoesDown() {
    try (Bulkheads.Place place = bulkheads.place("acme")) {
      place.moveTo("s0");
      fail("s0", 5);
      pass(Duration.ofSeconds(15));
      assertThatThrownBy(() -> place.moveTo("s0")).isInstanceOf(UnavailableException.class);
    }
  }

  @Test
  void onlySoManyOperationsAreUnderWayAtAShard() {
    List<Bulkheads.Place> places = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      Bulkheads.Place place = bulkheads.place("tenant-" + i);
      place.moveTo("s0");
      place.moveTo("s0");
      places.add(place);
    }
    try (Bulkheads.Place late = bulkheads.place("acme")) {
      assertThatThrownBy(() -> late.moveTo("s0"))
          .isInstanceOf(UnavailableException.class)
          .hasMessage("shard s0 has 50 operations under way, as many as it may");
      late.moveTo("s1");
      places.removeFirst().close();
      late.moveTo("s0");
    }
    places.forEach(Bulkheads.Place::close);
  }

  @Test
  void aKeyHasHalfOfThemSoThatOthersFindRoom() {
    List<Bulkheads.Place> places = new ArrayList<>();
    for (int i = 0; i < MOST / 2; i++) {
      places.add(bulkheads.place("acme"));
    }
    places.forEach(place -> place.moveTo("s0"));
    assertThatThrownBy(() -> bulkheads.place("acme"))
        .isInstanceOfSatisfying(
            TenantBusyException.class, e -> assertThat(e.retryAfter()).isPositive())
        .hasMessage("a tenant has 25 operations under way, as many as it may");
    try (Bulkheads.Place other = bulkheads.place("rival")) {
      other.moveTo("s0");
    }
    places.removeFirst().close();
    bulkheads.place("acme").close();
    bulkheads.place("acme").moveTo("s0");
  }

  @Test
  void whoMovesToAnotherShardGivesItsPlaceUp() {
    try (Bulkheads.Place moving = bulkheads.place("acme")) {
      moving.moveTo("s0");
      moving.moveTo("s1");
      for (int i = 0; i < MOST; i++) {
        bulkheads.place("tenant-" + i).moveTo("s0");
      }
    }
  }

  private void fail(String shard, int times) {
    for (int i = 0; i < times; i++) {
      vitals.failed(shard);
    }
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
