package dev.knowledgenetwork.cache;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The figures of the cache. Labels are tier, data class and operation: all of a fixed few. */
final class CacheMetrics {

  enum Result {
    HIT,
    MISS
  }

  private record Request(CachePolicy.Tier tier, String dataClass, Result result) {}

  private final Map<Request, Counter> requests = new ConcurrentHashMap<>();
  private final MeterRegistry registry;

  CacheMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** On the path of every read, so the counter is looked up without building its tags. */
  void request(CachePolicy.Tier tier, String dataClass, Result result) {
    requests.computeIfAbsent(new Request(tier, dataClass, result), this::counter).increment();
  }

  private Counter counter(Request request) {
    return registry.counter(
        "kn.cache.requests",
        "tier",
        request.tier().name(),
        "class",
        request.dataClass(),
        "result",
        request.result() == Result.HIT ? "hit" : "miss");
  }

  void load(String dataClass, boolean shared) {
    registry
        .counter("kn.cache.loads", "class", dataClass, "shared", Boolean.toString(shared))
        .increment();
  }

  void remoteError(String operation) {
    registry.counter("kn.cache.errors", "tier", "L2", "operation", operation).increment();
  }

  void invalidation(String direction) {
    registry.counter("kn.cache.invalidations", "direction", direction).increment();
  }

  void gap() {
    registry.counter("kn.cache.gaps").increment();
  }

  void breaker(BooleanSupplier open) {
    gauge("kn.cache.l2.unavailable", () -> open.getAsBoolean() ? 1 : 0);
  }

  void lease(BooleanSupplier runs) {
    gauge("kn.cache.lease", () -> runs.getAsBoolean() ? 1 : 0);
  }

  void pending(Supplier<Number> count) {
    gauge("kn.cache.invalidations.pending", count);
  }

  void local(LocalTier tier) {
    gauge("kn.cache.l1.entries", tier::entryCount);
    gauge("kn.cache.l1.bytes", tier::weightedBytes);
    gauge("kn.cache.l1.evictions", tier::evictions);
  }

  private void gauge(String name, Supplier<Number> value) {
    Gauge.builder(name, value).strongReference(true).register(registry);
  }
}
