package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    try (Bulkheads.Place place = bulkheads.place()) {
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
    try (Bulkheads.Place place = bulkheads.place()) {
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
      Bulkheads.Place place = bulkheads.place();
      place.moveTo("s0");
      place.moveTo("s0");
      places.add(place);
    }
    try (Bulkheads.Place late = bulkheads.place()) {
      assertThatThrownBy(() -> late.moveTo("s0"))
          .isInstanceOf(UnavailableException.class)
          .hasMessage("shard s0 has 50 operations under way, as many as it may");
      late.moveTo("s1");
      places.getFirst().close();
      places.getFirst().close();
      late.moveTo("s0");
    }
    places.forEach(Bulkheads.Place::close);
  }

  @Test
  void whoMovesToAnotherShardGivesItsPlaceUp() {
    try (Bulkheads.Place moving = bulkheads.place()) {
      moving.moveTo("s0");
      moving.moveTo("s1");
      for (int i = 0; i < MOST; i++) {
        bulkheads.place().moveTo("s0");
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
