package dev.knowledgenetwork.operator.runtime.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.kube.WakeUps;
import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
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
  private static final Target.Shard SHARD = new Target.Shard(OWNER, "s0", 1);
  private static final String SILENT = "silent";

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicReference<String> answer = new AtomicReference<>("first");
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger woken = new AtomicInteger();
  private final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
  private final List<Owner> forgotten = new CopyOnWriteArrayList<>();
  private final Poller<Target.Shard, String> poller = poller();

  private final class Asked implements Poller.Probe<Target.Shard, String> {

    @Override
    public String ask(Target.Shard target) throws IOException, InterruptedException {
      asked.incrementAndGet();
      gate.get().await();
      if (answer.get().equals(SILENT)) {
        throw new IOException("silent");
      }
      return answer.get();
    }

    @Override
    public void forget(Owner owner) {
      forgotten.add(owner);
    }
  }

  private Poller<Target.Shard, String> poller() {
    WakeUps wakeUps = new WakeUps();
    wakeUps.listen(OwnerKind.SHARD_SET, owner -> woken.incrementAndGet());
    return new Poller<>(
        "test",
        new Asked(),
        wakeUps,
        new OperatorMetrics(new SimpleMeterRegistry()),
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
    assertThat(poller.latest(SHARD)).isEmpty();
    poller.watch(SHARD);
    assertThat(poller.pending(OWNER)).isTrue();
    await().until(() -> asked.get() > 10);
    assertThat(poller.latest(SHARD)).contains("first");
    assertThat(poller.pending(OWNER)).isFalse();
    assertThat(woken).hasValue(1);
    answer.set("second");
    await().until(() -> woken.get() == 2);
    assertThat(poller.latest(SHARD)).contains("second");
  }

  @Test
  void silenceIsToldOnceAndOnlyAfterItLasted() {
    poller.watch(SHARD);
    await().until(() -> woken.get() == 1);
    answer.set(SILENT);
    await().until(() -> woken.get() == 2);
    assertThat(poller.latest(SHARD)).isEmpty();
    int then = asked.get();
    await().until(() -> asked.get() > then + 5);
    assertThat(woken).hasValue(2);
  }

  @Test
  void theFirstVerdictWakesEvenWhenItIsSilence() {
    answer.set(SILENT);
    poller.watch(SHARD);
    await().until(() -> woken.get() == 1);
    assertThat(poller.pending(OWNER)).isFalse();
    assertThat(asked.get()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void aSettledTargetIsLeftAloneUntilItIsDisturbed() {
    poller.watch(SHARD);
    poller.settled(OWNER, true);
    await().until(() -> poller.latest(SHARD).isPresent());
    await().during(Duration.ofMillis(300)).until(new Unchanging(asked));
    int before = asked.get();
    poller.settled(OWNER, false);
    await().until(() -> asked.get() > before + 2);
  }

  @Test
  void aForgottenTargetIsNotAskedAgain() {
    poller.watch(SHARD);
    await().until(() -> asked.get() > 0);
    poller.forget(OWNER);
    assertThat(poller.latest(SHARD)).isEmpty();
    await().during(Duration.ofMillis(300)).until(new Unchanging(asked));
  }

  @Test
  void whatIsKeptForAnOwnerMayGoWithItsLastTarget() {
    Target.Shard other = new Target.Shard(OWNER, "s1", 1);
    poller.watch(SHARD);
    poller.watch(other);
    await().until(() -> poller.latest(SHARD).isPresent() && poller.latest(other).isPresent());
    poller.keepOnly(OWNER, Set.of("s1"));
    await().during(Duration.ofMillis(200)).until(forgotten::isEmpty);
    poller.forget(OWNER);
    assertThat(forgotten).isNotEmpty().containsOnly(OWNER);
  }

  @Test
  void whatALateAnswerBeganAnewMayGoToo() {
    CountDownLatch late = new CountDownLatch(1);
    gate.set(late);
    poller.watch(SHARD);
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
