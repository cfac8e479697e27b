package dev.knowledgenetwork.server;

import dev.knowledgenetwork.cache.CacheCredentials;
import dev.knowledgenetwork.cache.CachePolicy;
import dev.knowledgenetwork.cache.CachedResources;
import dev.knowledgenetwork.cache.ResourceCodec;
import dev.knowledgenetwork.cache.TieredCache;
import dev.knowledgenetwork.events.EventFeed;
import dev.knowledgenetwork.events.Relay;
import dev.knowledgenetwork.events.Subscription;
import dev.knowledgenetwork.events.Tickets;
import dev.knowledgenetwork.kernel.ResourceStore;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.web.ClientConnection;
import dev.knowledgenetwork.web.JoseTokenVerifier;
import dev.knowledgenetwork.web.ReadsAtOnce;
import dev.knowledgenetwork.web.RecentTokens;
import dev.knowledgenetwork.web.ResourceEndpoint;
import dev.knowledgenetwork.web.Routes;
import dev.knowledgenetwork.web.ServerRole;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The parts of a running server and how they fit. Each is made when first needed. */
@Dependent
final class Components {

  private static final Logger LOG = System.getLogger(Components.class.getName());

  @Produces
  @Singleton
  ServerRole role(@ConfigProperty(name = Main.ROLE) String name) {
    return ServerRole.of(name).orElseThrow();
  }

  @Produces
  @Singleton
  Routes routes(ServerRole role) {
    return Modules.routes(role);
  }

  @Produces
  @Singleton
  Settings settings() {
    return Settings.from(Environment::variable);
  }

  @Produces
  @Singleton
  Shards shards(Settings settings, MeterRegistry meters) {
    return Shards.open(settings.shards(), meters);
  }

  void close(@Disposes Shards shards) {
    shards.close();
  }

  @Produces
  @Singleton
  TieredCache cache(Settings settings, MeterRegistry meters) {
    return new TieredCache(
        policy(settings.cachePolicy()),
        new CacheCredentials(settings.cacheCredentials()),
        settings.processName(),
        meters);
  }

  private static CachePolicy policy(Path file) {
    if (!Files.isRegularFile(file)) {
      LOG.log(Level.WARNING, "No cache policy at {0}: caching in this process only", file);
      return CachePolicy.localOnly();
    }
    try {
      return CachePolicy.parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the cache policy", e);
    }
  }

  void close(@Disposes TieredCache cache) {
    cache.close();
  }

  @Produces
  @Singleton
  ResourceStore resources(Shards shards, TieredCache cache) {
    return aggregate ->
        new CachedResources(
            shards.resources(aggregate), cache.values(ResourceCodec.dataClass(aggregate)));
  }

  @Produces
  @Singleton
  EventFeed feed(Shards shards, MeterRegistry meters) {
    return new EventFeed(shards, meters);
  }

  void close(@Disposes EventFeed feed) {
    feed.close();
  }

  @Produces
  @Singleton
  ClientConnection.Source connections(CurrentVertxRequest request) {
    return () -> new VertxConnection(request.getCurrent());
  }

  @Produces
  @Singleton
  Tickets tickets(Shards shards) {
    return new Tickets(shards.transactions());
  }

  @Produces
  @Singleton
  Relay relay(Shards shards, Instance<Subscription> subscriptions, MeterRegistry meters) {
    return new Relay(shards, subscriptions.stream().toList(), meters);
  }

  void close(@Disposes Relay relay) {
    relay.close();
  }

  @Produces
  @Singleton
  @Typed(JoseTokenVerifier.class)
  JoseTokenVerifier signatures(Settings settings) {
    return new JoseTokenVerifier(
        settings.keys(), settings.keysAuthority(), settings.issuer(), settings.audience());
  }

  void close(@Disposes JoseTokenVerifier signatures) {
    signatures.close();
  }

  @Produces
  @Singleton
  ReadsAtOnce reads(Instance<ResourceEndpoint> endpoints, RecentTokens tokens) {
    return new ReadsAtOnce(endpoints.stream(), tokens);
  }

  @Produces
  @Singleton
  RecentTokens tokens(JoseTokenVerifier signatures) {
    return new RecentTokens(signatures, InstantSource.system());
  }
}
