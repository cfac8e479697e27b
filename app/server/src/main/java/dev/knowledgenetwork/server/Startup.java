package dev.knowledgenetwork.server;

import dev.knowledgenetwork.cache.TieredCache;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.web.ServerRole;
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
      Instance<EventStreams> streams) {
    switch (role) {
      case API -> {
        shards.get().topology();
        cache.get();
      }
      case REALTIME -> streams.get();
      case WORKER -> purge.get().start();
      case MIGRATE -> throw new IllegalStateException("migrate runs without a server");
    }
  }
}
