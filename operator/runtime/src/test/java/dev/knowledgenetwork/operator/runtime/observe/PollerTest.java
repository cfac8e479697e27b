package dev.knowledgenetwork.operator.runtime.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.kube.WakeUps;
import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PollerTest {

  private static final Owner OWNER = new Owner(OwnerKind.SHARD_SET, "demo", "kn");
  private static final Target SHARD = OWNER.target().part("s0");
  private static final String SILENT = "silent";

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicReference<String> answer = new AtomicReference<>("first");
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger woken = new AtomicInteger();
  private final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
  private final List<Owner> forgotten = new CopyOnWriteArrayList<>();
  private final Poller<Integer, String> poller = poller();

  private final class Asked implements Observer<ShardSet, Integer, String> {

    @Override
    public Fact<String> fact() {
      return new Fact<>("test", String.class);
    }

    @Override
    public Map<Target, Integer> targets(ShardSet shardSet, Children children) {
      return Map.of(SHARD, 1);
    }

    @Override
    public String ask(Target target, Integer detail) throws IOException, InterruptedException {
      asked.incrementAndGet();
      gate.get().await();
      if (answer.get().equals(SILENT)) {
        throw new IOException("silent");
      }
      return answer.get();
    }

    /** Hundreds are one. */
    @Override
    public boolean isAnother(Integer before, Integer now) {
      return before / 100 != now / 100;
    }

    @Override
    public void forget(Owner owner) {
      forgotten.add(owner);
    }
  }

  private Poller<Integer, String> poller() {
    WakeUps wakeUps = new WakeUps();
    wakeUps.listen(OwnerKind.SHARD_SET, owner -> woken.incrementAndGet());
    return new Poller<>(
        new Asked(),
        wakeUps,
        new OperatorMetrics(new SimpleMeterRegistry()),
        InstantSource.system(),
        new Poller.Schedule(
            new Poller.PollTimes(Duration.ofMillis(20), Duration.ofHours(1)),
            new Poller.Threads(timer, workers)));
  }

  @AfterEach
  void stop() {
    timer.shutdownNow();
    workers.shutdownNow();
  }

  @Test
  void anOwnerIsWokenByChangesOnly() {
    assertThat(poller.latest(SHARD).value()).isEmpty();
    CountDownLatch first = new CountDownLatch(1);
    gate.set(first);
    poller.watch(SHARD, 1);
    assertThat(poller.latest(SHARD).awaited()).isTrue();
    first.countDown();
    await().until(() -> asked.get() > 10);
    assertThat(poller.latest(SHARD).value()).contains("first");
    assertThat(poller.latest(SHARD).awaited()).isFalse();
    assertThat(woken).hasValue(1);
    answer.set("second");
    await().until(() -> woken.get() == 2);
    assertThat(poller.latest(SHARD).value()).contains("second");
  }

  @Test
  void silenceIsToldOnceAndOnlyAfterItLasted() {
    poller.watch(SHARD, 1);
    await().until(() -> woken.get() == 1);
    answer.set(SILENT);
    await().until(() -> woken.get() == 2);
    assertThat(poller.latest(SHARD).value()).isEmpty();
    int then = asked.get();
    await().until(() -> asked.get() > then + 5);
    assertThat(woken).hasValue(2);
  }

  @Test
  void theFirstVerdictWakesEvenWhenItIsSilence() {
    answer.set(SILENT);
    poller.watch(SHARD, 1);
    await().until(() -> woken.get() == 1);
    assertThat(poller.latest(SHARD).awaited()).isFalse();
    assertThat(asked.get()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void aSettledTargetIsLeftAloneUntilItIsDisturbed() {
    poller.watch(SHARD, 1);
    poller.settled(OWNER, true);
    await().until(() -> poller.latest(SHARD).value().isPresent());
    await().during(Duration.ofMillis(300)).until(new Unchanging(asked));
    int before = asked.get();
    poller.settled(OWNER, false);
    await().until(() -> asked.get() > before + 2);
  }

  /** Twenty milliseconds at first: a hundred questions would be asked in two seconds. */
  @Test
  void whoStaysSilentIsAskedLessAndLessOften() {
    answer.set(SILENT);
    poller.watch(SHARD, 1);
    await().until(() -> asked.get() >= 6);
    int before = asked.get();
    await().during(Duration.ofSeconds(1)).until(() -> asked.get() <= before + 3);
  }

  @Test
  void whoStayedSilentIsAskedSoonWhenAReconciliationLooksThere() {
    answer.set(SILENT);
    poller.watch(SHARD, 1);
    await().until(() -> asked.get() >= 9);
    answer.set("there");
    // By itself it would ask after 2.5 seconds.
    await()
        .atMost(Duration.ofSeconds(2))
        .until(
            () -> {
              poller.watch(SHARD, 1);
              return poller.latest(SHARD).value().isPresent();
            });
  }

  @Test
  void whoeverIsInAHurryWhileAQuestionIsOutGetsANewerAnswer() {
    CountDownLatch slow = new CountDownLatch(1);
    gate.set(slow);
    poller.watch(SHARD, 1);
    await().until(() -> asked.get() == 1);
    poller.settled(OWNER, true);
    poller.hurry(OWNER);
    await().during(Duration.ofMillis(200)).until(() -> asked.get() == 1);
    slow.countDown();
    await().until(() -> asked.get() == 2);
  }

  /** As when a login changes while it is being asked with the one before. */
  @Test
  void whatBeganBeforeATargetChangedSaysNothingOfHowItIsNow() {
    CountDownLatch slow = new CountDownLatch(1);
    gate.set(slow);
    answer.set(SILENT);
    poller.watch(SHARD, 1);
    await().until(() -> asked.get() == 1);
    poller.watch(SHARD, 2);
    gate.set(new CountDownLatch(1));
    slow.countDown();
    await().until(() -> asked.get() == 2);
    answer.set("second");
    gate.get().countDown();
    await().until(() -> poller.latest(SHARD).value().isPresent());
    assertThat(woken).as("no silence was told in between").hasValue(1);
    assertThat(poller.latest(SHARD).value()).contains("second");
  }

  @Test
  void whatOneAnsweredIsNotBelievedOfTheNext() {
    poller.watch(SHARD, 1);
    await().until(() -> poller.latest(SHARD).value().isPresent());
    CountDownLatch open = new CountDownLatch(1);
    gate.set(open);
    poller.watch(SHARD, 2);
    assertThat(poller.latest(SHARD).value()).as("the same, described anew").contains("first");
    poller.watch(SHARD, 100);
    assertThat(poller.latest(SHARD).value()).as("another one").isEmpty();
    int before = woken.get();
    open.countDown();
    await().until(() -> woken.get() > before);
    assertThat(poller.latest(SHARD).value()).contains("first");
  }

  @Test
  void aForgottenTargetIsNotAskedAgain() {
    poller.watch(SHARD, 1);
    await().until(() -> asked.get() > 0);
    poller.forget(OWNER);
    assertThat(poller.latest(SHARD).value()).isEmpty();
    await().during(Duration.ofMillis(300)).until(new Unchanging(asked));
  }

  @Test
  void whatIsKeptForAnOwnerMayGoWithItsLastTarget() {
    Target other = OWNER.target().part("s1");
    poller.watch(SHARD, 1);
    poller.watch(other, 1);
    await()
        .until(
            () ->
                poller.latest(SHARD).value().isPresent()
                    && poller.latest(other).value().isPresent());
    poller.keepOnly(OWNER, Set.of(other));
    await().during(Duration.ofMillis(200)).until(forgotten::isEmpty);
    poller.forget(OWNER);
    assertThat(forgotten).isNotEmpty().containsOnly(OWNER);
  }

  @Test
  void whatALateAnswerBeganAnewMayGoToo() {
    CountDownLatch late = new CountDownLatch(1);
    gate.set(late);
    poller.watch(SHARD, 1);
    await().until(() -> asked.get() == 1);
    poller.forget(OWNER);
    assertThat(forgotten).containsExactly(OWNER);
    late.countDown();
    await().until(() -> forgotten.equals(List.of(OWNER, OWNER)));
    assertThat(asked).hasValue(1);
  }

  private static final class Unchanging implements java.util.concurrent.Callable<Boolean> {
    private final AtomicInteger counter;
    private int last = -1;

    Unchanging(AtomicInteger counter) {
      this.counter = counter;
    }

    @Override
    public Boolean call() {
      int now = counter.get();
      boolean same = now == last;
      last = now;
      return same;
    }
  }
}
