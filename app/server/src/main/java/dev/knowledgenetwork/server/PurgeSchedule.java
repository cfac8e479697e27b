package dev.knowledgenetwork.server;

import dev.knowledgenetwork.storage.DeletedDocumentPurge;
import dev.knowledgenetwork.storage.Storage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes documents that were deleted long ago out of the database, every hour. Two workers at once
 * do no harm. Metrics: {@code kn.purge.documents}, {@code kn.purge.failures} (shards), {@code
 * kn.purge.last.success.seconds} (Unix time, 0 before the first).
 */
@Singleton
class PurgeSchedule {

  static final Duration KEPT = Duration.ofDays(30);
  static final Duration INTERVAL = Duration.ofHours(1);
  static final Duration FIRST = Duration.ofSeconds(10);

  private static final Logger LOG = System.getLogger(PurgeSchedule.class.getName());

  private final DeletedDocumentPurge purge;
  private final Counter documents;
  private final Counter failures;
  private final AtomicLong lastSuccess;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kn-purge").factory());

  PurgeSchedule(Storage storage, MeterRegistry meters) {
    this.purge = storage.purge();
    this.documents = meters.counter("kn.purge.documents");
    this.failures = meters.counter("kn.purge.failures");
    this.lastSuccess = meters.gauge("kn.purge.last.success.seconds", new AtomicLong());
  }

  void start() {
    executor.scheduleWithFixedDelay(
        this::run, FIRST.toSeconds(), INTERVAL.toSeconds(), TimeUnit.SECONDS);
  }

  private void run() {
    try {
      DeletedDocumentPurge.Result result = purge.purge(KEPT);
      documents.increment(result.purged());
      failures.increment(result.failedShards().size());
      if (result.failedShards().isEmpty()) {
        lastSuccess.set(System.currentTimeMillis() / 1000);
      }
      LOG.log(
          Level.INFO,
          "Purged {0} documents; shards that failed: {1}",
          result.purged(),
          result.failedShards());
    } catch (RuntimeException e) {
      // The next hour tries again; without this the executor would never call again.
      failures.increment();
      LOG.log(Level.ERROR, "The purge failed", e);
    }
  }

  @PreDestroy
  void stop() {
    executor.shutdownNow();
  }
}
