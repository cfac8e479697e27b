package dev.knowledgenetwork.server;

import dev.knowledgenetwork.cache.TieredCache;
import dev.knowledgenetwork.events.EventFeed;
import dev.knowledgenetwork.events.Relay;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.web.ServerRole;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

/** Makes what the role needs before the first request, so that a wrong mount ends the process. */
@Singleton
final class Startup {

  void start(
      @Observes StartupEvent event,
      ServerRole role,
      Instance<Shards> shards,
      Instance<TieredCache> cache,
      Instance<PurgeSchedule> purge,
      Instance<EventFeed> feed,
      Instance<Relay> relay) {
    switch (role) {
      case API -> {
        shards.get().topology();
        cache.get();
      }
      case REALTIME -> feed.get();
      case WORKER -> {
        purge.get().start();
        relay.get();
      }
      case MIGRATE -> throw new IllegalStateException("migrate runs without a server");
    }
  }

  /** Sends the clients of streams elsewhere while there is time for it. */
  void leave(
      @Observes ShutdownDelayInitiatedEvent event, ServerRole role, Instance<EventFeed> feed) {
    if (role == ServerRole.REALTIME) {
      feed.get().end();
    }
  }
}
