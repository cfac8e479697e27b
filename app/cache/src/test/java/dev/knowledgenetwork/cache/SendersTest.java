package dev.knowledgenetwork.cache;

import static dev.knowledgenetwork.cache.Senders.Verdict.GAP;
import static dev.knowledgenetwork.cache.Senders.Verdict.IN_ORDER;
import static dev.knowledgenetwork.cache.Senders.Verdict.REPEATED;
import static dev.knowledgenetwork.cache.Senders.Verdict.REPLACED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.cache.InvalidationMessage.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SendersTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Senders senders = new Senders();
  private long now = 1_000 * SECOND;

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
  void ofAReplacedSenderNobodyKnowsWhatItLeftUntold() {
    assertThat(change("a", 1, 7)).isEqualTo(IN_ORDER);
    assertThat(change("a", 2, 1)).isEqualTo(REPLACED);
    assertThat(change("a", 2, 2)).isEqualTo(IN_ORDER);
    assertThat(change("a", 1, 8)).isEqualTo(REPEATED);
    assertThat(heartbeat("a", 3, 0)).isEqualTo(REPLACED);
  }

  @Test
  void whoLeftInOrderMayComeBackAsAnother() {
    change("a", 1, 7);
    assertThat(say(Kind.LEAVING, "a", 1, 7)).isEqualTo(IN_ORDER);
    assertThat(senders.caughtUpAt(now + 100 * SECOND)).isEqualTo(now + 100 * SECOND);
    assertThat(change("a", 2, 1)).isEqualTo(IN_ORDER);
  }

  @Test
  void whatWasLostBeforeTheEndIsSeenAtTheEnd() {
    change("a", 1, 7);
    assertThat(say(Kind.LEAVING, "a", 1, 8)).isEqualTo(GAP);
  }

  @Test
  void afterANewSubscriptionNothingWasMissedButSilenceGoesOn() {
    change("a", 1, 1);
    now += 20 * SECOND;
    senders.resubscribed();

    assertThat(senders.silent(Duration.ofSeconds(10), now)).containsExactly("a");
    assertThat(change("a", 1, 40)).isEqualTo(IN_ORDER);
  }

  @Test
  void onlyWhoSaysThatAllWasToldIsBelieved() {
    heartbeat("a", 1, 0);
    heartbeat("b", 1, 0);
    long told = now;
    now += 12 * SECOND;
    heartbeat("b", 1, 0);
    change("a", 1, 1);
    say(Kind.BEHIND, "a", 1, 1);

    assertThat(senders.caughtUpAt(now)).isEqualTo(told);
    assertThat(senders.silent(Duration.ofSeconds(10), now)).containsExactly("a");
    heartbeat("a", 1, 1);
    assertThat(senders.silent(Duration.ofSeconds(10), now)).isEmpty();
  }

  @Test
  void whatComesLateWasSaidEarlier() {
    now += 20 * SECOND;
    heartbeat("a", 1, 0);

    senders.saidBefore(now - 15 * SECOND);

    assertThat(senders.silent(Duration.ofSeconds(10), now)).containsExactly("a");
  }

  @Test
  void othersTellOfWhoIsSilentFromTheBeginning() {
    senders.known("a", now - 20 * SECOND);

    assertThat(senders.silent(Duration.ofSeconds(10), now)).containsExactly("a");
    heartbeat("a", 1, 0);
    senders.known("a", now - 20 * SECOND);
    assertThat(senders.silent(Duration.ofSeconds(10), now)).isEmpty();
  }

  @Test
  void theDeadAreForgottenButNotThoseThatAreBehind() {
    heartbeat("a", 1, 0);
    heartbeat("b", 1, 0);
    now += Senders.FORGOTTEN.toNanos() - SECOND;
    say(Kind.BEHIND, "b", 1, 0);
    assertThat(senders.forget(now)).isFalse();
    now += 2 * SECOND;

    assertThat(senders.forget(now)).isTrue();
    assertThat(senders.silent(Duration.ofSeconds(10), now)).containsExactly("b");
  }

  private Senders.Verdict change(String sender, long epoch, long sequence) {
    return say(Kind.CHANGE, sender, epoch, sequence);
  }

  private Senders.Verdict heartbeat(String sender, long epoch, long sequence) {
    return say(Kind.HEARTBEAT, sender, epoch, sequence);
  }

  private Senders.Verdict say(Kind kind, String sender, long epoch, long sequence) {
    return senders.observe(new InvalidationMessage(sender, epoch, sequence, kind, null, null), now);
  }
}
