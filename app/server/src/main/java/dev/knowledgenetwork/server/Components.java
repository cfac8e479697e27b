package dev.knowledgenetwork.server;

import dev.knowledgenetwork.api.TokenVerifier;
import dev.knowledgenetwork.cache.CacheCredentials;
import dev.knowledgenetwork.cache.CachePolicy;
import dev.knowledgenetwork.cache.TieredCache;
import dev.knowledgenetwork.cache.TieredDocumentCache;
import dev.knowledgenetwork.domain.CachedDocuments;
import dev.knowledgenetwork.domain.DocumentRepository;
import dev.knowledgenetwork.storage.Storage;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
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
  Settings settings() {
    return Settings.from(Environment::variable);
  }

  @Produces
  @Singleton
  Storage storage(Settings settings, MeterRegistry meters) {
    return Storage.open(settings.storage(), meters);
  }

  void close(@Disposes Storage storage) {
    storage.close();
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
  DocumentRepository documents(Storage storage, TieredCache cache) {
    return new CachedDocuments(storage.documents(), new TieredDocumentCache(cache));
  }

  @Produces
  @Singleton
  TokenVerifier tokens(Settings settings) {
    return new JoseTokenVerifier(settings.keys(), settings.issuer(), settings.audience());
  }
}
