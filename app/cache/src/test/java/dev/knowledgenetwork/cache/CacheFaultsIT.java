package dev.knowledgenetwork.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.cache.testing.FaultyLink;
import dev.knowledgenetwork.cache.testing.FaultyLink.Fate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The bound: however messages get lost, late or doubled, whoever is cut off, whenever the server is
 * restarted, and however slow loads are, no reader gets a value that was replaced longer ago than
 * that.
 */
class CacheFaultsIT extends TwoProcesses {

  private static final Logger LOG = System.getLogger(CacheFaultsIT.class.getName());
  private static final long SEED = Long.getLong("kn.seed", 20261127L);

  private final History history = new History(24);
  private final List<Future<?>> work = new ArrayList<>();
  private ExecutorService threads;
  private FaultyLink linkOfC;
  private FaultyLink linkOfD;
  private TieredCache c;
  private TieredCache d;
  private volatile boolean ended;

  @BeforeEach
  void startTwoMoreBehindLinksThatBreak() {
    threads = Executors.newVirtualThreadPerTaskExecutor();
    linkOfC = redis.faultyLink(Duration.ofMillis(700));
    linkOfD = redis.faultyLink(Duration.ofMillis(700));
    c = start("c", new SimpleMeterRegistry(), redis.policy(linkOfC.port()));
    d = start("d", new SimpleMeterRegistry(), redis.policy(linkOfD.port()));
    awaitUsable(c, d);
  }

  @AfterEach
  void endWork() {
    ended = true;
    linkOfC.close();
    linkOfD.close();
    threads.close();
  }

  @Test
  void noReadIsOlderThanTheBoundWhateverBreaks() throws Exception {
    for (TieredCache each : List.of(c, d)) {
      int own = each == c ? 0 : 1;
      work.add(threads.submit(() -> write(each, own, new Random(SEED + own))));
      for (int i = 0; i < 3; i++) {
        long seed = SEED + 10L * work.size() + i;
        work.add(threads.submit(() -> read(each, new Random(seed))));
      }
    }

    phase("calm", 2, () -> {});
    phase(
        "lost, late and doubled messages", 7, () -> List.of(linkOfC, linkOfD).forEach(this::spoil));
    phase(
        "c cut off, writing",
        16,
        () -> {
          List.of(linkOfC, linkOfD).forEach(link -> link.decide(() -> Fate.DELIVERED));
          linkOfC.cut();
        });
    phase("c back", 3, linkOfC::heal);
    phase("the server is restarted, empty", 5, redis::restart);
    phase("both cut off", 6, () -> List.of(linkOfC, linkOfD).forEach(FaultyLink::cut));
    phase("both back", 3, () -> List.of(linkOfC, linkOfD).forEach(FaultyLink::heal));
    end();

    await()
        .atMost(TieredCache.BOUND)
        .untilAsserted(
            () -> {
              for (int key = 0; key < history.keys(); key++) {
                assertThat(value(c, key)).as("key %d in c", key).isEqualTo(history.current(key));
                assertThat(value(d, key)).as("key %d in d", key).isEqualTo(history.current(key));
              }
            });
  }

  private void phase(String name, int seconds, Runnable fault) {
    history.begin(name);
    fault.run();
    LockSupport.parkNanos(Duration.ofSeconds(seconds).toNanos());
    LOG.log(Level.INFO, "{0}: {1}", name, history.summary());
    assertThat(history.oldest())
        .as("age of the oldest read, %s, seed %d", name, SEED)
        .isLessThan(TieredCache.BOUND);
  }

  private void end() throws InterruptedException, ExecutionException {
    ended = true;
    for (Future<?> each : work) {
      each.get();
    }
  }

  private void spoil(FaultyLink link) {
    Random random = new Random(SEED + link.port() % 2);
    link.decide(
        () ->
            switch (random.nextInt(20)) {
              case 0, 1 -> Fate.LOST;
              case 2 -> Fate.LATE;
              case 3, 4, 5 -> Fate.DOUBLED;
              default -> Fate.DELIVERED;
            });
  }

  /** Each process writes every second key: nothing else tells the other one of them. */
  private void write(TieredCache cache, int own, Random random) {
    while (!ended) {
      int key = 2 * random.nextInt(history.keys() / 2) + own;
      long version = history.commit(key);
      cache.changed(new KeyChange("document", "t", "" + key, version, KeyChange.Kind.UPDATED));
      history.acknowledged(key, version);
      pause(random, 40);
    }
  }

  private void read(TieredCache cache, Random random) {
    while (!ended) {
      int key = random.nextInt(history.keys());
      long began = System.nanoTime();
      long version =
          cache
              .get(NOTES, "t", "" + key, () -> Optional.of(load(key, random)))
              .orElseThrow()
              .version();
      history.read(key, version, began);
      pause(random, 4);
    }
  }

  /** Sometimes so slow that changes come between what it read and its end. */
  private Note load(int key, Random random) {
    long version = history.current(key);
    pause(random, random.nextInt(50) == 0 ? 1500 : 10);
    return new Note("v", version);
  }

  private long value(TieredCache cache, int key) {
    return cache
        .get(NOTES, "t", "" + key, () -> Optional.of(new Note("v", history.current(key))))
        .orElseThrow()
        .version();
  }

  private static void pause(Random random, int millis) {
    LockSupport.parkNanos(Duration.ofMillis(random.nextInt(millis)).toNanos());
  }
}
