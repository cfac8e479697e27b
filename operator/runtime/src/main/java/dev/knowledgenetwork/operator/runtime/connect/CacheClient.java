package dev.knowledgenetwork.operator.runtime.connect;

import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.workload.Line;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks caches how they are, as their client user. A client is kept for each owner, a connection for
 * no longer than a question, which takes at most two seconds a try.
 */
public final class CacheClient {

  private static final Logger LOG = LoggerFactory.getLogger(CacheClient.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int STEP = 10;

  /** Of Redis before 6 too, which has no word of its own for it. */
  private static final Pattern REFUSALS =
      Pattern.compile("^(WRONGPASS|NOAUTH|NOPERM|ERR (AUTH|invalid password)|BUSY)\\b");

  private final ClientResources resources;

  /** A client's options depend on its authority alone; all share the same threads. */
  private final OwnedClients<RedisClient> clients;

  /** Connections share the given resources, which the caller closes. */
  public CacheClient(ClientResources resources) {
    this.resources = resources;
    this.clients = new OwnedClients<>(this::client, RedisClient::shutdownAsync);
  }

  /** Few threads, and names resolved as Java resolves them everywhere else; to be shut down. */
  public static ClientResources threads() {
    return ClientResources.builder()
        .ioThreadPoolSize(2)
        .computationThreadPoolSize(2)
        .addressResolverGroup(DefaultAddressResolverGroup.INSTANCE)
        .build();
  }

  /** What a cache said to a question. */
  public sealed interface Answer {

    /**
     * It lets the user in.
     *
     * @param usedPercent of its limit of memory, rounded down to tens; empty where the user may not
     *     ask
     */
    record Welcome(OptionalInt usedPercent) implements Answer {}

    /** It does not let the user in, or serves nobody while a script runs, and says why. */
    record Refused(String words) implements Answer {}

    /** Nothing. */
    record Silence() implements Answer {}
  }

  /**
   * PING, and how full its memory is; tried twice, as one lost connection is no outage.
   *
   * @param login username, password and, with TLS, ca.crt
   */
  public Answer ping(
      Target cache, Addresses.HostPort address, boolean tls, Map<String, String> login) {
    if (!login.containsKey("username")
        || !login.containsKey("password")
        || tls && !login.containsKey("ca.crt")) {
      return new Answer.Silence();
    }
    RedisURI uri = uri(address, tls, login);
    String authority = tls ? login.get("ca.crt") : "";
    Answer answer = once(cache, uri, authority);
    return answer instanceof Answer.Silence ? once(cache, uri, authority) : answer;
  }

  /** Closes the client of an owner. */
  public void forget(Owner owner) {
    clients.forget(owner);
  }

  private Answer once(Target cache, RedisURI uri, String authority) {
    try (OwnedClients.Lease<RedisClient> lease = clients.lease(Owner.of(cache), authority);
        StatefulRedisConnection<String, String> connection = lease.client().connect(uri)) {
      connection.sync().ping();
      return new Answer.Welcome(memory(connection.sync()));
    } catch (RedisException | IllegalArgumentException e) {
      LOG.debug("{} does not answer: {}", cache, e.getClass().getSimpleName());
      return refusal(e).<Answer>map(Answer.Refused::new).orElseGet(Answer.Silence::new);
    }
  }

  /** The words of a server that refuses a login; one that only loads its data says others. */
  private static Optional<String> refusal(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .filter(RedisCommandExecutionException.class::isInstance)
        .map(said -> Line.of(said.getMessage()))
        .filter(words -> REFUSALS.matcher(words).find())
        .findFirst();
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
            .withAuthentication(
                login.get("username").strip(), login.get("password").strip().toCharArray());
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
