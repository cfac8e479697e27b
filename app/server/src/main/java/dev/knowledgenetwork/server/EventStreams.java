package dev.knowledgenetwork.server;

import dev.knowledgenetwork.cache.ChangeListener;
import dev.knowledgenetwork.cache.KeyChange;
import dev.knowledgenetwork.cache.TieredCache;
import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Caller;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Hands each change to the open streams of its tenant, and to nobody else. A stream that does not
 * keep up is ended after {@value #BUFFER} waiting events; its client connects again and reads the
 * list. A change costs the number of its tenant's streams.
 */
@Singleton
final class EventStreams implements ChangeListener {

  static final int MOST_STREAMS = 5000;
  private static final int BUFFER = 256;

  /** What a stream carries. */
  sealed interface Event {
    /** A value changed. */
    record Changed(KeyChange change) implements Event {}

    /** Changes may have been missed. */
    record Missed() implements Event {}
  }

  private final Set<String> followed =
      Modules.aggregates().stream().map(Aggregate::noun).collect(Collectors.toUnmodifiableSet());
  private final Map<String, Set<MultiEmitter<? super Event>>> streams = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean ending;

  EventStreams(TieredCache cache, MeterRegistry meters) {
    meters.gauge("kn.events.streams", open);
    cache.listen(this);
  }

  /** The events of a tenant from now on; empty when there is no room for one more. */
  Optional<Multi<Event>> open(Caller caller) {
    if (ending || open.get() >= MOST_STREAMS) {
      return Optional.empty();
    }
    String tenant = caller.tenant().value();
    return Optional.of(
        Multi.createFrom().<Event>emitter(emitter -> register(tenant, emitter), BUFFER));
  }

  private void register(String tenant, MultiEmitter<? super Event> emitter) {
    open.incrementAndGet();
    streams.compute(
        tenant,
        (name, known) -> {
          Set<MultiEmitter<? super Event>> set =
              known == null ? ConcurrentHashMap.newKeySet() : known;
          set.add(emitter);
          return set;
        });
    emitter.onTermination(() -> unregister(tenant, emitter));
    if (ending) {
      emitter.complete();
    }
  }

  private void unregister(String tenant, MultiEmitter<? super Event> emitter) {
    open.decrementAndGet();
    streams.computeIfPresent(
        tenant,
        (name, set) -> {
          set.remove(emitter);
          return set.isEmpty() ? null : set;
        });
  }

  @Override
  public void onChange(KeyChange change) {
    if (followed.contains(change.dataClass())) {
      Event event = new Event.Changed(change);
      streams.getOrDefault(change.tenant(), Set.of()).forEach(stream -> stream.emit(event));
    }
  }

  @Override
  public void onGap() {
    Event event = new Event.Missed();
    streams.values().forEach(set -> set.forEach(stream -> stream.emit(event)));
  }

  /** Sends clients elsewhere while there is time for it. */
  void end(@Observes ShutdownDelayInitiatedEvent event) {
    ending = true;
    streams.values().forEach(set -> set.forEach(MultiEmitter::complete));
  }
}
