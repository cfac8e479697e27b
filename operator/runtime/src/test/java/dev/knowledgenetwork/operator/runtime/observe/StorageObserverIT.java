package dev.knowledgenetwork.operator.runtime.observe;

import static dev.knowledgenetwork.operator.runtime.kit.LoneDatabase.SHARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.operator.core.shardset.storage.StorageView;
import dev.knowledgenetwork.operator.core.shardset.storage.StorageView.Volume;
import dev.knowledgenetwork.operator.runtime.kit.LoneDatabase;
import dev.knowledgenetwork.operator.runtime.observe.StorageObserver.Instances;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How full a file system is, by df in the server itself. */
class StorageObserverIT {

  private static final List<String> INSTANCES = List.of("kn-s0-0", "kn-s0-1");

  private LoneDatabase database;
  private StorageObserver observer;

  @BeforeEach
  void start() {
    database = new LoneDatabase();
    observer = new StorageObserver(database.databases());
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void everyInstanceTellsOfTheFileSystemOfItsDataDirectory() throws Exception {
    database.prepared();
    Map<String, Volume> volumes =
        observer.ask(SHARD, new Instances(INSTANCES, List.of())).volumes();
    FileStore store =
        Files.getFileStore(Path.of(database.column("show data_directory").getFirst()));
    long available = store.getUsableSpace();
    long used = store.getTotalSpace() - store.getUnallocatedSpace();
    assertThat(volumes).containsOnlyKeys(INSTANCES);
    assertThat(volumes.get("kn-s0-0").size()).isEqualTo(store.getTotalSpace());
    assertThat((double) volumes.get("kn-s0-0").usedPercent())
        .isBetween(100.0 * used / (used + available) - 6, 100.0 * used / (used + available) + 6);
    assertThat(observer.ask(SHARD, new Instances(INSTANCES, List.of())).volumes())
        .isEqualTo(volumes);
  }

  @Test
  void whatAnInstanceToldBeforeItStoppedCountsAsLongAsItHasAPod() throws Exception {
    database.prepared();
    StorageView told = observer.ask(SHARD, new Instances(INSTANCES, List.of()));
    assertThat(observer.ask(SHARD, new Instances(List.of(), INSTANCES))).isEqualTo(told);
    assertThat(observer.ask(SHARD, new Instances(List.of(), List.of())).volumes()).isEmpty();
  }

  @Test
  void aCertificateThatWasReplacedIsRead() throws Exception {
    database.prepared();
    Path certificate =
        Path.of(database.column("show data_directory").getFirst())
            .resolve(database.column("show ssl_cert_file").getFirst());
    Files.setLastModifiedTime(certificate, FileTime.from(Instant.now().minusSeconds(60)));
    String loaded = "select pg_conf_load_time()";
    String before = database.column(loaded).getFirst();
    observer.ask(SHARD, new Instances(INSTANCES, List.of()));
    assertThat(database.column(loaded)).as("nothing was replaced").containsExactly(before);

    Files.setLastModifiedTime(certificate, FileTime.from(Instant.now()));
    await()
        .until(
            () -> {
              observer.ask(SHARD, new Instances(INSTANCES, List.of()));
              return !database.column(loaded).getFirst().equals(before);
            });
    AtomicReference<String> seen = new AtomicReference<>();
    await("no more of it")
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              String now = database.column(loaded).getFirst();
              observer.ask(SHARD, new Instances(INSTANCES, List.of()));
              return now.equals(seen.getAndSet(now));
            });
  }

  @Test
  void whoCannotTellIsLeftOut() {
    assertThat(observer.ask(SHARD, new Instances(INSTANCES, List.of())))
        .isEqualTo(new StorageView(Map.of()));
  }

  @Test
  void nobodyIsAskedBeforeAnInstanceServes() {
    assertThat(observer.ask(SHARD, new Instances(List.of(), INSTANCES)))
        .isEqualTo(new StorageView(Map.of()));
  }
}
