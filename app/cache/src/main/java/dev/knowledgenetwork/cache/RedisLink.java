package dev.knowledgenetwork.cache;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections to L2: TLS 1.3 against the mounted authority, user and password read from their
 * files for each connection, no hidden reconnect (the owner of a connection replaces it, so that a
 * lost connection is always seen). Endpoints are tried in turn.
 */
final class RedisLink implements AutoCloseable {

  /** The longest that a command may take before the source is asked instead. */
  static final Duration COMMAND_TIMEOUT = Duration.ofMillis(250);

  /** Connecting happens in the background and may take longer than a command. */
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private final ClientResources resources;
  private final RedisClient client;
  private final List<RedisURI> addresses;
  private int attempts;

  RedisLink(CachePolicy policy, CacheCredentials credentials) {
    this.resources =
        DefaultClientResources.builder().ioThreadPoolSize(2).computationThreadPoolSize(2).build();
    this.client = RedisClient.create(resources);
    this.addresses =
        policy.endpoints().stream().map(e -> address(e, policy.tls(), credentials)).toList();
    client.setOptions(options(policy.tls(), credentials));
  }

  private static RedisURI address(
      CachePolicy.Endpoint endpoint, boolean tls, CacheCredentials credentials) {
    RedisURI uri =
        RedisURI.builder()
            .withHost(endpoint.host())
            .withPort(endpoint.port())
            .withTimeout(CONNECT_TIMEOUT)
            .withClientName("knowledge-network")
            .withSsl(tls)
            .withVerifyPeer(SslVerifyMode.FULL)
            .build();
    uri.setCredentialsProvider(RedisCredentialsProvider.from(() -> login(credentials)));
    return uri;
  }

  private static RedisCredentials login(CacheCredentials credentials) {
    Optional<String> password = credentials.password();
    return RedisCredentials.just(
        password.isPresent() ? credentials.username().orElse(null) : null,
        password.map(String::toCharArray).orElse(null));
  }

  private static ClientOptions options(boolean tls, CacheCredentials credentials) {
    ClientOptions.Builder options =
        ClientOptions.builder()
            .autoReconnect(false)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(10_000)
            .timeoutOptions(TimeoutOptions.enabled(CONNECT_TIMEOUT))
            .socketOptions(
                SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).keepAlive(true).build());
    if (tls) {
      SslOptions.Builder ssl = SslOptions.builder().jdkSslProvider().protocols("TLSv1.3");
      if (Files.isRegularFile(credentials.authority())) {
        ssl.trustManager(credentials.authority().toFile());
      }
      options.sslOptions(ssl.build());
    }
    return options.build();
  }

  /** Connects for commands; blocks up to the time-out, so never call it while serving a request. */
  StatefulRedisConnection<byte[], byte[]> connect() {
    StatefulRedisConnection<byte[], byte[]> connection =
        client.connect(ByteArrayCodec.INSTANCE, next());
    connection.setTimeout(COMMAND_TIMEOUT);
    return connection;
  }

  /** Connects for the channel; blocks up to the time-out. */
  StatefulRedisPubSubConnection<String, String> connectPubSub() {
    return client.connectPubSub(StringCodec.UTF8, next());
  }

  /** Lets go of a connection, whatever state it is in. */
  static void drop(@Nullable StatefulConnection<?, ?> connection) {
    if (connection != null && connection.isOpen()) {
      connection.closeAsync();
    }
  }

  private synchronized RedisURI next() {
    return addresses.get(Math.floorMod(attempts++, addresses.size()));
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    resources.shutdown(0, 1, TimeUnit.SECONDS);
  }
}
