package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.operator.core.kind.CacheTierObserved.CacheProbe;
import dev.knowledgenetwork.operator.core.kind.CacheTierObserved.ExternalSecret;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.SecretReader;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.resource.ClientResources;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a cache as its client user: PING and how full its memory is. For an external cache the
 * user's Secret is read live, because foreign Secrets are not watched: one GET a poll.
 */
public final class CacheProber implements Poller.Probe<Target.Cache, CacheObservation> {

  private static final Logger LOG = LoggerFactory.getLogger(CacheProber.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int STEP = 10;

  private final SecretReader own;
  private final ForeignSecrets foreign;
  private final Addresses addresses;
  private final ClientResources resources;

  /** A client's options depend on its authority alone; all share the same threads. */
  private final OwnedClients<RedisClient> clients;

  /** Connections share the given resources, which the caller closes. */
  public CacheProber(
      SecretReader own, ForeignSecrets foreign, Addresses addresses, ClientResources resources) {
    this.own = own;
    this.foreign = foreign;
    this.addresses = addresses;
    this.clients = new OwnedClients<>(this::client, RedisClient::shutdownAsync);
    this.resources = resources;
  }

  /** Few threads, and names resolved as Java resolves them everywhere else; to be shut down. */
  public static ClientResources threads() {
    return ClientResources.builder()
        .ioThreadPoolSize(2)
        .computationThreadPoolSize(2)
        .addressResolverGroup(DefaultAddressResolverGroup.INSTANCE)
        .build();
  }

  @Override
  public CacheObservation ask(Target.Cache target) {
    String namespace = target.owner().namespace();
    return target
        .external()
        .map(
            external -> {
              Optional<ForeignSecrets.Found> secret = foreign.get(namespace, external.secret());
              return new CacheObservation(
                  secret
                      .filter(found -> !found.ours())
                      .flatMap(
                          found ->
                              patiently(
                                  target, external.address(), external.tls(), found.content())),
                  secret.map(
                      found ->
                          new ExternalSecret(
                              external.secret(), found.content().keySet(), found.ours())));
            })
        .orElseGet(
            () ->
                new CacheObservation(
                    patiently(
                        target,
                        addresses.cache(namespace, target.owner().name()),
                        true,
                        ownLogin(target.owner())),
                    Optional.empty()));
  }

  @Override
  public void forget(Owner owner) {
    clients.forget(owner);
  }

  private Map<String, String> ownLogin(Owner owner) {
    Map<String, String> login = new HashMap<>();
    for (String key : List.of("username", "password", "ca.crt")) {
      own.secret(owner.namespace(), Names.cacheLogin(owner.name()), key)
          .ifPresent(value -> login.put(key, value));
    }
    return login;
  }

  /** One lost connection is not an outage. */
  private Optional<CacheProbe> patiently(
      Target.Cache target, Addresses.HostPort address, boolean tls, Map<String, String> login) {
    if (!login.containsKey("username")
        || !login.containsKey("password")
        || tls && !login.containsKey("ca.crt")) {
      return Optional.empty();
    }
    RedisURI uri = uri(address, tls, login);
    String authority = tls ? login.get("ca.crt") : "";
    return ping(target, uri, authority).or(() -> ping(target, uri, authority));
  }

  private Optional<CacheProbe> ping(Target.Cache target, RedisURI uri, String authority) {
    try (OwnedClients.Lease<RedisClient> lease = clients.lease(target.owner(), authority);
        StatefulRedisConnection<String, String> connection = lease.client().connect(uri)) {
      connection.sync().ping();
      return Optional.of(new CacheProbe(memory(connection.sync())));
    } catch (RedisException | IllegalArgumentException e) {
      LOG.debug("{} does not answer: {}", target.owner(), e.getClass().getSimpleName());
      return Optional.empty();
    }
  }

  /** Only for news: a cache of somebody else may well refuse INFO to its user. */
  private static OptionalInt memory(RedisCommands<String, String> cache) {
    try {
      return OptionalInt.of(usedPercent(cache.info("memory")));
    } catch (RedisCommandExecutionException refused) {
      return OptionalInt.empty();
    }
  }

  private RedisClient client(String authority) {
    RedisClient made = RedisClient.create(resources);
    made.setOptions(options(authority));
    return made;
  }

  private static RedisURI uri(Addresses.HostPort address, boolean tls, Map<String, String> login) {
    RedisURI.Builder uri =
        RedisURI.builder()
            .withHost(address.host())
            .withPort(address.port())
            .withTimeout(TIMEOUT)
            .withAuthentication(login.get("username"), login.get("password").toCharArray());
    if (tls) {
      uri.withSsl(true).withVerifyPeer(SslVerifyMode.FULL);
    }
    return uri.build();
  }

  private static ClientOptions options(String authority) {
    ClientOptions.Builder options =
        ClientOptions.builder()
            .autoReconnect(false)
            .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).build());
    if (!authority.isEmpty()) {
      options.sslOptions(SslOptions.builder().trustManager(Trust.managers(authority)).build());
    }
    return options.build();
  }

  /** Rounded down to tens, so that it does not change at rest; 0 where memory has no limit. */
  static int usedPercent(String info) {
    long used = number(info, "used_memory:");
    long limit = number(info, "maxmemory:");
    return limit <= 0 ? 0 : (int) Math.min(100, used * 100 / limit) / STEP * STEP;
  }

  private static long number(String info, String prefix) {
    return info.lines()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()).strip())
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }
}
