package dev.knowledgenetwork.server;

import dev.knowledgenetwork.cache.TieredCache;
import dev.knowledgenetwork.sharding.ShardHealth;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.web.JoseTokenVerifier;
import dev.knowledgenetwork.web.KeyTrouble;
import dev.knowledgenetwork.web.ServerRole;
import io.quarkus.vertx.http.HttpsServerStart;
import io.smallrye.health.api.Wellness;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * What the kubelet and the operator ask. Every answer comes from memory: pollers keep it fresh, a
 * probe never waits for a network.
 *
 * <ul>
 *   <li>live: the process answers. Nothing outside it can be mended by a restart.
 *   <li>started: once HTTPS is served and every shard has answered; or some have, and the others
 *       have had their time: a shard that is down must not keep the others from being served. A
 *       wrong address, authority or login, by which none answers, stops a rollout at its first pod.
 *   <li>ready: started, and not alone in the world. A database that is down or flaps is down for
 *       all pods alike; taking them all out would turn an honest 503, and the reads that the cache
 *       can still answer, into refused connections. So a pod leaves only when it hears neither any
 *       shard nor, where it has one, the cache: then it is the pod that is cut off.
 *   <li>well: tokens can be judged. While they cannot, requests get an honest 503, so a pod that is
 *       not well stays where it is, and the operator tells of it.
 * </ul>
 */
@Singleton
final class Probes {

  /** After so long without an answer a shard counts as not heard. */
  static final Duration SILENCE = Duration.ofSeconds(30);

  /** How long a shard is waited for while others answer. */
  static final Duration FIRST_ANSWER = Duration.ofSeconds(10);

  private final ServerRole role;
  private final Instance<Shards> shards;
  private final Instance<TieredCache> cache;
  private final Instance<JoseTokenVerifier> tokens;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean listening = new AtomicBoolean();

  Probes(
      ServerRole role,
      Instance<Shards> shards,
      Instance<TieredCache> cache,
      Instance<JoseTokenVerifier> tokens) {
    this.role = role;
    this.shards = shards;
    this.cache = cache;
    this.tokens = tokens;
  }

  @Produces
  @Singleton
  @Liveness
  HealthCheck live() {
    return () -> HealthCheckResponse.up("process");
  }

  @Produces
  @Singleton
  @Startup
  HealthCheck started() {
    return () -> HealthCheckResponse.builder().name("shards-reached").status(isStarted()).build();
  }

  @Produces
  @Singleton
  @Readiness
  HealthCheck ready() {
    return this::readiness;
  }

  @Produces
  @Singleton
  @Wellness
  HealthCheck well() {
    return this::wellness;
  }

  private HealthCheckResponse wellness() {
    HealthCheckResponseBuilder answer = HealthCheckResponse.builder().name("token-keys");
    Optional<KeyTrouble> trouble = role.servesHttp() ? tokens.get().trouble() : Optional.empty();
    trouble.ifPresent(
        found ->
            answer
                .withData("address", found.address())
                .withData("words", found.words())
                .withData("trusted", found.trusted()));
    return answer.status(trouble.isEmpty()).build();
  }

  private HealthCheckResponse readiness() {
    HealthCheckResponseBuilder answer = HealthCheckResponse.builder().name("reachable-world");
    ShardHealth health = shards.get().health();
    boolean heard =
        health.shards().values().stream()
            .anyMatch(shard -> shard.reached() && shard.silence().compareTo(SILENCE) < 0);
    boolean cached = role == ServerRole.API && cache.get().remoteUsable();
    return answer
        .withData("epoch", health.epoch())
        .withData("shards", health.shards().size())
        .withData("allShardsHeard", health.allHeardWithin(SILENCE))
        .withData("cache", cached)
        .status(isStarted() && (heard || cached))
        .build();
  }

  void listening(@ObservesAsync HttpsServerStart event) {
    listening.set(true);
  }

  /** Stays true: a shard that is added later must not take pods out. */
  private boolean isStarted() {
    if (started.get()) {
      return true;
    }
    boolean served = !role.servesHttp() || listening.get();
    started.set(served && shards.get().health().servesWhatIsThere(FIRST_ANSWER));
    return started.get();
  }
}
