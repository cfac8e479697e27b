package dev.knowledgenetwork.sharding;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Notices a new topology file. Watches the directory, because a mounted Secret changes by the swap
 * of a link, and reads the file now and then all the same: not every file system tells.
 */
final class TopologyFileWatch implements Background.Step, AutoCloseable {
  /** Pause after a change: several events of one change cost one reading. */
  static final Duration SETTLE = Duration.ofMillis(200);

  private static final Duration AT_LEAST = Duration.ofSeconds(30);

  private final WatchService service;
  private final Topologies topologies;

  TopologyFileWatch(Path file, Topologies topologies) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    this.service = directory.getFileSystem().newWatchService();
    this.topologies = topologies;
    directory.register(
        service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
  }

  @Override
  public void run() throws InterruptedException {
    WatchKey key = service.poll(AT_LEAST.toSeconds(), TimeUnit.SECONDS);
    if (key != null) {
      key.pollEvents();
      key.reset();
    }
    topologies.offerFile();
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
