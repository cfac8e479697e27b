package dev.knowledgenetwork.operator.runtime.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class UnansweredTest {

  private static final Owner OWNER = new Owner(OwnerKind.SHARD_SET, "demo", "kn");

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Set<Owner> existing = new HashSet<>(Set.of(OWNER));
  private final Leadership leadership = new Leadership(now::get);
  private final Unanswered unanswered = new Unanswered(leadership, existing::contains, now::get);

  @Test
  void anEventThatNobodyAnswersForLongIsFound() {
    leadership.begin();
    later(10);
    unanswered.asked(OWNER);
    later(2);
    assertThat(unanswered.stuck()).isEmpty();
    later(2);
    assertThat(unanswered.stuck()).contains(OWNER);
  }

  @Test
  void aReconciliationAnswersAllThatWasAskedBefore() {
    leadership.begin();
    unanswered.asked(OWNER);
    unanswered.answered(OWNER);
    later(10);
    assertThat(unanswered.stuck()).isEmpty();
  }

  @Test
  void nobodyAnswersForAnObjectThatIsGone() {
    leadership.begin();
    unanswered.asked(OWNER);
    existing.clear();
    later(10);
    assertThat(unanswered.stuck()).isEmpty();
    existing.add(OWNER);
    assertThat(unanswered.stuck()).as("made again, it was not asked for").isEmpty();
  }

  @Test
  void whoDoesNotLeadAnswersNothingAndWhoJustBeganHasTime() {
    unanswered.asked(OWNER);
    later(10);
    assertThat(unanswered.stuck()).isEmpty();
    leadership.begin();
    later(2);
    assertThat(unanswered.stuck()).isEmpty();
    later(2);
    assertThat(unanswered.stuck()).contains(OWNER);
  }

  private void later(int minutes) {
    now.updateAndGet(before -> before.plus(Duration.ofMinutes(minutes)));
  }
}
