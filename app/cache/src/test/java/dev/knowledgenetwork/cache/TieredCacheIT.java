package dev.knowledgenetwork.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What two processes see of each other. */
class TieredCacheIT extends TwoProcesses {

  @Test
  void whatOneProcessLoadedTheOtherOneFindsInL2() {
    database.put("acme/1", new Note("one", 1));
    read(a, "acme", "1");

    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(loadsDuring(() -> read(b, "acme", "1"))).isZero());
    assertThat(read(b, "acme", "1")).contains(new Note("one", 1));
    assertThat(loadsDuring(() -> read(a, "acme", "1"))).isZero();
  }

  @Test
  void aWriteInOneProcessVoidsL1OfTheOther() {
    assertThatWritesReachTheOther("1");
  }

  /** Begins a load that has read the database, and answers once it is released. */
  private Future<Optional<Note>> loadSlowly(
      ExecutorService threads, TieredCache cache, CountDownLatch release)
      throws InterruptedException {
    CountDownLatch loading = new CountDownLatch(1);
    Future<Optional<Note>> slow =
        threads.submit(
            () ->
                cache.get(
                    NOTES,
                    "acme",
                    "1",
                    () -> {
                      Note read = database.get("acme/1");
                      loading.countDown();
                      awaitLatch(release);
                      return Optional.of(read);
                    }));
    loading.await();
    return slow;
  }

  @Test
  void aSlowOldLoadLosesAgainstANewerWrite() throws Exception {
    database.put("acme/1", new Note("old", 1));
    CountDownLatch release = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Optional<Note>> slow = loadSlowly(threads, a, release);
      write(b, "acme", "1", new Note("new", 2));
      read(b, "acme", "1");
      release.countDown();
      assertThat(slow.get()).as("it began before the write").contains(new Note("old", 1));
    }

    TieredCache c = start("c", new SimpleMeterRegistry());
    awaitUsable(c);
    // Its answer comes after the late fill, which went before it on the same connection.
    read(a, "acme", "another");
    assertThat(read(c, "acme", "1")).contains(new Note("new", 2));
    assertThat(read(a, "acme", "1")).contains(new Note("new", 2));
  }

  @Test
  void manyWritersOfOneProcessLookLikeNoLoss() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 0; writer < 16; writer++) {
        String id = "w" + writer;
        threads.submit(
            () -> {
              for (long version = 1; version <= 100; version++) {
                write(a, "acme", id, new Note("many", version));
              }
            });
      }
    }
    write(a, "acme", "last", new Note("last", 1));

    await().atMost(Duration.ofSeconds(10)).until(() -> received(registryOfB) >= 1601);
    assertThat(registryOfB.find("kn.cache.gaps").counter()).isNull();
  }

  private static double received(SimpleMeterRegistry registry) {
    Counter counter =
        registry.find("kn.cache.invalidations").tag("direction", "received").counter();
    return counter == null ? 0 : counter.count();
  }

  @Test
  void aMessageVoidsALoadUnderWayEvenWhereItsFloorIsEvicted() throws Exception {
    TieredCache tiny =
        start(
            "tiny",
            new SimpleMeterRegistry(),
            redis.policy().replace("10000,", "1,").replace("67108864", "200"));
    awaitUsable(tiny);
    database.put("acme/1", new Note("old", 1));
    CountDownLatch release = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Optional<Note>> slow = loadSlowly(threads, tiny, release);
      write(b, "acme", "1", new Note("new", 2));
      // Comes behind the message about 1, and takes the one place that there is.
      write(b, "acme", "2", new Note("other", 1));
      for (int i = 0; i < 20; i++) {
        read(tiny, "acme", "2");
      }
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(read(tiny, "acme", "2")).contains(new Note("other", 1)));
      release.countDown();
      slow.get();
    }

    assertThat(read(tiny, "acme", "1")).contains(new Note("new", 2));
  }

  @Test
  void aDeletedValueStaysAway() {
    write(a, "acme", "1", new Note("one", 1));
    read(b, "acme", "1");
    database.remove("acme/1");
    b.changed(new KeyChange("document", "acme", "1", 2, KeyChange.Kind.DELETED));

    assertThat(read(b, "acme", "1")).isEmpty();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(read(a, "acme", "1")).isEmpty());
  }

  @Test
  void tenantsDoNotMeet() {
    database.put("acme/1", new Note("acme's", 1));
    database.put("other/1", new Note("other's", 1));

    assertThat(read(a, "acme", "1")).contains(new Note("acme's", 1));
    assertThat(read(a, "other", "1")).contains(new Note("other's", 1));
    assertThat(read(b, "acme", "1")).contains(new Note("acme's", 1));
    assertThat(read(b, "third", "1")).isEmpty();
    write(b, "other", "1", new Note("other's", 2));
    assertThat(read(b, "acme", "1")).contains(new Note("acme's", 1));
  }

  @Test
  void afterAnUncertainWriteNothingIsServedFromACache() {
    write(a, "acme", "1", new Note("one", 1));
    warm("acme", "1");
    b.uncertain("document", "acme", "1");

    assertThat(loadsDuring(() -> read(b, "acme", "1"))).isEqualTo(1);
    assertThat(loadsDuring(() -> read(b, "acme", "1"))).isEqualTo(1);
    await()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(() -> assertThat(loadsDuring(() -> read(a, "acme", "1"))).isEqualTo(1));
    await()
        .atMost(KeyChange.QUARANTINE.plusSeconds(5))
        .untilAsserted(() -> assertThat(loadsDuring(() -> read(a, "acme", "1"))).isZero());
  }

  @Test
  void whatTheLoaderThrowsComesOutUnchanged() {
    IllegalStateException failure = new IllegalStateException("no database");

    assertThatThrownBy(
            () ->
                a.get(
                    NOTES,
                    "acme",
                    "1",
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
