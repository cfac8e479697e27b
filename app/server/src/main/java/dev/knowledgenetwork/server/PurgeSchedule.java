package dev.knowledgenetwork.server;

import dev.knowledgenetwork.events.EventRetention;
import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.sharding.DeletedRowPurge;
import dev.knowledgenetwork.sharding.Shards;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Takes what was deleted long ago, requests that are no longer to be repeated, and old events out
 * of the database, every hour. Two workers at once do no harm. Metrics: {@code kn.purge.<table>},
 * {@code kn.purge.failures} (shards), {@code kn.purge.last.success.seconds} (Unix time of the last
 * time that all succeeded, 0 before the first).
 */
@Singleton
class PurgeSchedule {

  static final Duration KEPT = Duration.ofDays(30);

  /** For so long a request may be sent again and gets its first answer. */
  static final Duration REPEATABLE = Duration.ofHours(24);

  static final Duration INTERVAL = Duration.ofHours(1);
  static final Duration FIRST = Duration.ofSeconds(10);

  private static final Logger LOG = System.getLogger(PurgeSchedule.class.getName());

  /** What is purged and counted for a table. */
  private record Retention(DeletedRowPurge purge, Duration kept, Counter purged) {}

  private final List<Retention> retentions;
  private final EventRetention events;
  private final Counter failures;
  private final AtomicLong lastSuccess;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kn-purge").factory());

  PurgeSchedule(Shards shards, MeterRegistry meters) {
    this.retentions =
        Stream.concat(
                Modules.aggregates().stream()
                    .map(Aggregate::plural)
                    .map(table -> retention(shards.purge(table), KEPT, meters)),
                Stream.of(retention(shards.purgeIdempotentRequests(), REPEATABLE, meters)))
            .toList();
    this.events = new EventRetention(shards);
    this.failures = meters.counter("kn.purge.failures");
    this.lastSuccess = meters.gauge("kn.purge.last.success.seconds", new AtomicLong());
  }

  private static Retention retention(DeletedRowPurge purge, Duration kept, MeterRegistry meters) {
    return new Retention(purge, kept, meters.counter("kn.purge." + purge.table()));
  }

  void start() {
    executor.scheduleWithFixedDelay(
        this::run, FIRST.toSeconds(), INTERVAL.toSeconds(), TimeUnit.SECONDS);
  }

  private void run() {
    try {
      boolean succeeded = true;
      for (Retention retention : retentions) {
        succeeded &= succeeds(retention);
      }
      List<String> failed = events.run();
      failures.increment(failed.size());
      if (succeeded && failed.isEmpty()) {
        lastSuccess.set(System.currentTimeMillis() / 1000);
      }
    } catch (RuntimeException e) {
      // The next hour tries again; without this the executor would never call again.
      failures.increment();
      LOG.log(Level.ERROR, "The purge failed", e);
    }
  }

  private boolean succeeds(Retention retention) {
    DeletedRowPurge.Result result = retention.purge().purge(retention.kept());
    retention.purged().increment(result.purged());
    failures.increment(result.failedShards().size());
    LOG.log(
        Level.INFO,
        "Purged {0} {1}; shards that failed: {2}",
        result.purged(),
        retention.purge().table(),
        result.failedShards());
    return result.failedShards().isEmpty();
  }

  @PreDestroy
  void stop() {
    executor.shutdownNow();
  }
}
