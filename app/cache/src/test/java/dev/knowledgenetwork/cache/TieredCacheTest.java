package dev.knowledgenetwork.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.cache.TwoProcesses.Note;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Readers and writers of one process, without L2. */
class TieredCacheTest {

  private static final Note OLD = new Note("old", 1);
  private static final Note NEW = new Note("new", 2);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final TieredCache cache =
      new TieredCache(
          CachePolicy.localOnly(), new CacheCredentials(Path.of("none")), "a", registry);

  @Test
  void aReaderAfterALostWriteGetsNoLoadThatBeganBefore() throws Exception {
    assertThatALoadUnderWayIsNotShared(now -> now.uncertain("document", "t", "1"));
  }

  @Test
  void norAfterASecondLostWriteWithinTheSameSecond() throws Exception {
    cache.uncertain("document", "t", "1");
    assertThatALoadUnderWayIsNotShared(now -> now.uncertain("document", "t", "1"));
  }

  private void assertThatALoadUnderWayIsNotShared(Consumer<TieredCache> lost) throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Optional<Note>> before =
          threads.submit(
              () ->
                  read(
                      () -> {
                        loading.countDown();
                        release.await();
                        return OLD;
                      }));
      loading.await();
      lost.accept(cache);
      Future<Optional<Note>> after =
          threads.submit(
              () ->
                  read(
                      () -> {
                        release.countDown();
                        return NEW;
                      }));
      assertThat(after.get()).contains(NEW);
      assertThat(before.get()).contains(OLD);
    }
    assertThat(registry.find("kn.cache.loads").tag("shared", "true").counter()).isNull();
    assertThat(read(() -> NEW)).as("the late load is not kept").contains(NEW);
  }

  private interface Load {
    Note run() throws InterruptedException;
  }

  private Optional<Note> read(Load load) {
    return cache.get(
        TwoProcesses.NOTES,
        "t",
        "1",
        () -> {
          try {
            return Optional.of(load.run());
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
