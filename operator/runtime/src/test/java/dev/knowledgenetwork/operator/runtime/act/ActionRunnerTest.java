package dev.knowledgenetwork.operator.runtime.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ActionRunnerTest {

  private static final Owner OWNER = new Owner(OwnerKind.SHARD_SET, "demo", "kn");
  private static final Work WORK = new Work(OWNER.target().part("s0"), "a");
  private static final Work OTHER_WORK = new Work(OWNER.target().part("s0"), "b");
  private static final Problem REFUSED =
      new Problem.Failed(ActionReason.PATRONI_REFUSED, "It was refused.");

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService lane = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final AtomicInteger looked = new AtomicInteger();
  private final Handler handler = new Handler();
  private final ActionRunner runner =
      new ActionRunner(
          new ActionHandlers(List.of(handler)),
          new OperatorMetrics(new SimpleMeterRegistry()),
          now::get,
          new ActionRunner.Workers(
              timer, Map.of(Action.Lane.URGENT, lane, Action.Lane.NORMAL, lane)),
          owner -> looked.incrementAndGet());

  private record Work(Target target, String what) implements Action {}

  /** Each run waits until it may end. */
  private static final class Handler implements ActionHandler<Work> {

    private final Semaphore mayEnd = new Semaphore(0);
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean refuses;

    @Override
    public Class<Work> type() {
      return Work.class;
    }

    @Override
    public void run(Work action) throws ActionFailed {
      begun.incrementAndGet();
      running.incrementAndGet();
      mayEnd.acquireUninterruptibly();
      running.decrementAndGet();
      if (refuses) {
        throw new ActionFailed(ActionReason.PATRONI_REFUSED, "It was refused.", null);
      }
    }
  }

  @AfterEach
  void stop() {
    timer.shutdownNow();
    lane.shutdownNow();
    handler.mayEnd.release(100);
  }

  @Test
  void atMostOneActionRunsForATarget() {
    start(WORK);
    await().until(() -> handler.running.get() == 1);
    start(WORK);
    start(OTHER_WORK);
    assertThat(handler.begun).hasValue(1);
    end();
    start(OTHER_WORK);
    await().until(() -> handler.begun.get() == 2);
  }

  @Test
  void whatSucceededIsNotRepeatedBeforeItCanHaveBeenObserved() {
    start(WORK);
    end();
    start(WORK);
    later(4);
    start(WORK);
    assertThat(handler.begun).hasValue(1);
    later(2);
    start(WORK);
    await().until(() -> handler.begun.get() == 2);
  }

  @Test
  void whatFailedIsToldAndWaitsLongerEachTime() {
    handler.refuses = true;
    start(WORK);
    end();
    assertThat(runner.problems(OWNER)).containsExactly(REFUSED);
    later(1);
    start(WORK);
    assertThat(handler.begun).as("it waits for two seconds").hasValue(1);
    later(2);
    start(WORK);
    await().until(() -> handler.begun.get() == 2);
    assertThat(runner.problems(OWNER)).as("still told while it is tried").hasSize(1);
    end();
    later(3);
    start(OTHER_WORK);
    assertThat(handler.begun).as("then for four, whatever is wanted there").hasValue(2);
  }

  @Test
  void whatIsNoLongerWantedIsForgotten() {
    handler.refuses = true;
    start(WORK);
    end();
    start();
    assertThat(runner.problems(OWNER)).isEmpty();
    start(WORK);
    await().until(() -> handler.begun.get() == 2);
  }

  @Test
  void anObjectThatIsMadeAgainInheritsNothingFromWhatStillRan() {
    handler.refuses = true;
    start(WORK);
    await().until(() -> handler.running.get() == 1);
    runner.forget(OWNER);
    start(WORK);
    assertThat(handler.begun).as("one at a time all the same").hasValue(1);
    end();
    assertThat(runner.problems(OWNER)).isEmpty();
    start(WORK);
    await().until(() -> handler.begun.get() == 2);
  }

  private void start(Action... wanted) {
    runner.start(OWNER, List.of(wanted));
  }

  /** The one that runs ends, and the owner is looked at again. */
  private void end() {
    int before = looked.get();
    handler.mayEnd.release();
    await().until(() -> looked.get() > before);
  }

  private void later(int seconds) {
    now.updateAndGet(time -> time.plus(Duration.ofSeconds(seconds)));
  }
}
