package dev.knowledgenetwork.cache;

import static dev.knowledgenetwork.cache.SequenceTracker.Verdict.GAP;
import static dev.knowledgenetwork.cache.SequenceTracker.Verdict.IN_ORDER;
import static dev.knowledgenetwork.cache.SequenceTracker.Verdict.REPEATED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SequenceTrackerTest {

  private final SequenceTracker tracker = new SequenceTracker();

  @Test
  void aHoleIsSeenAtTheNextMessage() {
    assertThat(change("a", 1, 5)).isEqualTo(IN_ORDER);
    assertThat(change("a", 1, 6)).isEqualTo(IN_ORDER);
    assertThat(change("a", 1, 8)).isEqualTo(GAP);
    assertThat(change("a", 1, 9)).isEqualTo(IN_ORDER);
    assertThat(change("a", 1, 7)).isEqualTo(REPEATED);
  }

  @Test
  void aHeartbeatShowsThatTheLastMessageWasLost() {
    assertThat(heartbeat("a", 1, 0)).isEqualTo(IN_ORDER);
    assertThat(change("a", 1, 1)).isEqualTo(IN_ORDER);
    assertThat(heartbeat("a", 1, 1)).isEqualTo(IN_ORDER);
    assertThat(heartbeat("a", 1, 2)).isEqualTo(GAP);
    assertThat(heartbeat("a", 1, 2)).isEqualTo(IN_ORDER);
    assertThat(change("a", 1, 3)).isEqualTo(IN_ORDER);
  }

  @Test
  void sendersCountForThemselves() {
    assertThat(change("a", 1, 1)).isEqualTo(IN_ORDER);
    assertThat(change("b", 1, 9)).isEqualTo(IN_ORDER);
    assertThat(change("a", 1, 2)).isEqualTo(IN_ORDER);
  }

  @Test
  void aRestartedSenderBeginsAtOne() {
    assertThat(change("a", 1, 7)).isEqualTo(IN_ORDER);
    assertThat(change("a", 2, 1)).isEqualTo(IN_ORDER);
    assertThat(change("a", 1, 8)).isEqualTo(REPEATED);
    assertThat(change("a", 3, 2)).isEqualTo(GAP);
  }

  @Test
  void afterAResetNothingWasMissed() {
    change("a", 1, 1);
    tracker.reset();

    assertThat(change("a", 1, 40)).isEqualTo(IN_ORDER);
  }

  private SequenceTracker.Verdict change(String sender, long epoch, long sequence) {
    KeyChange change = new KeyChange("document", "t", "1", 1, KeyChange.Kind.UPDATED);
    return tracker.observe(new InvalidationMessage(sender, epoch, sequence, change));
  }

  private SequenceTracker.Verdict heartbeat(String sender, long epoch, long sequence) {
    return tracker.observe(new InvalidationMessage(sender, epoch, sequence, null));
  }
}
