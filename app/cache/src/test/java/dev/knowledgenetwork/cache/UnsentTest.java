package dev.knowledgenetwork.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnsentTest {

  private final Unsent unsent = new Unsent();

  @Test
  void keepsTheNewestOfEachKey() {
    unsent.keep(change(1, 2));
    unsent.keep(change(1, 4));
    unsent.keep(change(1, 3));
    unsent.keep(change(2, 1));

    assertThat(unsent.each()).containsExactlyInAnyOrder(change(1, 4), change(2, 1));
    assertThat(unsent.floor(change(1, 0).key())).isEqualTo(4);
    assertThat(unsent.floor(change(3, 0).key())).isZero();
  }

  @Test
  void whatWasSentIsForgottenUnlessItChangedAgain() {
    unsent.keep(change(1, 2));
    unsent.keep(change(1, 3));
    unsent.sent(change(1, 2));
    assertThat(unsent.isEmpty()).isFalse();

    unsent.sent(change(1, 3));
    assertThat(unsent.isEmpty()).isTrue();
  }

  @Test
  void moreThanItHoldsBecomesEverythingAndNothingIsDropped() {
    for (int i = 0; i < Unsent.MOST; i++) {
      unsent.keep(change(i, 2));
    }
    unsent.keep(change(7, 3));
    assertThat(unsent.isEverything()).isFalse();

    unsent.keep(change(Unsent.MOST, 2));

    assertThat(unsent.isEverything()).isTrue();
    assertThat(unsent.isEmpty()).isFalse();
    assertThat(unsent.each()).isEmpty();
    assertThat(unsent.floor(change(-1, 0).key())).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whatComesAfterEverythingWasTakenIsKeptForItself() {
    unsent.keepEverything();
    unsent.keep(change(1, 2));
    assertThat(unsent.takeEverything()).isTrue();
    assertThat(unsent.isEmpty()).isTrue();

    unsent.keep(change(1, 3));
    assertThat(unsent.takeEverything()).isFalse();
    assertThat(unsent.each()).containsExactly(change(1, 3));
  }

  private static KeyChange change(int id, long version) {
    return new KeyChange("document", "t", Integer.toString(id), version, KeyChange.Kind.UPDATED);
  }
}
