package dev.knowledgenetwork.cache;

import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * L2. Each call takes at most {@link RedisLink#COMMAND_TIMEOUT} and never throws because of the
 * server: a failure is counted, told to the breaker, and answered like a miss. While the breaker is
 * open or there is no connection a call costs nothing.
 *
 * <p>Writes are scripts that compare versions on the server: of two writers the one with the newer
 * version wins, in whatever order they arrive.
 */
final class RemoteTier {

  /** How much longer than a round trip a command may take on its way and still have an effect. */
  private static final Duration LATEST = Duration.ofSeconds(1);

  /** A value found in L2 and how much longer it lives there. */
  record Found(Envelope envelope, Duration timeLeft) {
    /** How long ago the value was read from the source. */
    Duration age() {
      Duration age = envelope.life().minus(timeLeft);
      return age.isNegative() ? Duration.ZERO : age;
    }
  }

  /** What a new listener has to know: who writes and how long each is silent, what is void. */
  record Listening(Map<String, Duration> silence, Optional<Duration> voidedAgo) {}

  private record Session(StatefulRedisConnection<byte[], byte[]> connection, long number) {}

  /** The server's time in milliseconds, and when it was asked for by the clock of this process. */
  private record ServerTime(long millis, long askedAt) {}

  private final CachePolicy policy;
  private final CircuitBreaker breaker;
  private final CacheMetrics metrics;
  private final LongSupplier nanoTime;
  // Messages leave in the order of their sequence, whoever sends them.
  private final Object order = new Object();
  private volatile @Nullable Session session;
  private volatile @Nullable ServerTime serverTime;

  RemoteTier(
      CachePolicy policy, CircuitBreaker breaker, CacheMetrics metrics, LongSupplier nanoTime) {
    this.policy = policy;
    this.breaker = breaker;
    this.metrics = metrics;
    this.nanoTime = nanoTime;
    metrics.breaker(() -> session == null || breaker.isOpen());
  }

  /**
   * Works with this connection from now on; the breaker decides anew. Blocks until it has answered.
   */
  void use(StatefulRedisConnection<byte[], byte[]> connection) {
    Session before = session;
    long asked = nanoTime.getAsLong();
    try {
      // A script that had to be sent again would come behind later messages.
      connection.async().scriptLoad(RemoteScripts.CHANGE);
      connection.async().scriptLoad(RemoteScripts.PRESENCE);
      List<byte[]> time = connection.sync().time();
      Duration seconds = Duration.ofSeconds(Long.parseLong(text(time.getFirst())));
      long micros = Long.parseLong(text(time.getLast()));
      serverTime = new ServerTime(seconds.toMillis() + micros / 1000, asked);
    } catch (RuntimeException e) {
      RedisLink.drop(connection);
      throw e;
    }
    session = new Session(connection, before == null ? 1 : before.number() + 1);
    breaker.succeeded();
    if (before != null) {
      RedisLink.drop(before.connection());
    }
  }

  boolean isConnected() {
    Session now = session;
    return now != null && now.connection().isOpen();
  }

  boolean isUsable() {
    return isConnected() && !breaker.isOpen();
  }

  /**
   * Which connection is in use. A server that lost its memory also lost its tombstones, so a load
   * that began on another connection must not fill this one.
   */
  long sessionNumber() {
    Session now = session;
    return now == null ? 0 : now.number();
  }

  /** Whether the server answers; closes a connection that is open but silent. */
  boolean probe() {
    Session now = session;
    if (now == null || !breaker.tryAcquire()) {
      return false;
    }
    boolean answered = await(now, "ping", now.connection().async().ping()).isPresent();
    if (!answered && breaker.isOpen()) {
      RedisLink.drop(now.connection());
    }
    return answered;
  }

  /**
   * Value and time left in one round trip. The time is asked for first: a value that is filled in
   * between is taken for older than it is, and never one for younger.
   */
  Optional<Found> get(CacheKey key) {
    Session now = acquire();
    if (now == null) {
      return Optional.empty();
    }
    byte[] name = name(key);
    RedisAsyncCommands<byte[], byte[]> commands = now.connection().async();
    CompletionStage<Optional<Found>> answer =
        commands.pttl(name).thenCombine(commands.get(name), RemoteTier::found);
    return await(now, "get", answer).flatMap(found -> found);
  }

  private static Optional<Found> found(Long timeLeft, byte @Nullable [] bytes) {
    return bytes == null || timeLeft <= 0
        ? Optional.empty()
        : Envelope.decode(bytes).map(e -> new Found(e, Duration.ofMillis(timeLeft)));
  }

  /**
   * Stores a value in the background unless L2 knows a newer one or lost its memory meanwhile.
   *
   * @param readFor how long ago it was read from the source
   */
  void fill(CacheKey key, long version, byte[] payload, Duration readFor, long sessionAtLoad) {
    Session now = session;
    Duration life = policy.ttl(key.dataClass());
    Duration left = life.minus(readFor);
    if (now == null || now.number() != sessionAtLoad || left.toMillis() <= 0 || acquire() == null) {
      return;
    }
    byte[][] arguments = {
      Envelope.value(version, life, payload).encode(), millis(left), deadline()
    };
    script(now, RemoteScripts.FILL, ScriptOutputType.INTEGER, keys(name(key)), arguments)
        .whenComplete((done, failure) -> account("fill", failure));
  }

  /**
   * Voids a key in L2 and publishes the message, in one step.
   *
   * @param message made when its turn has come
   * @return whether the server did it; false also where that is not known
   */
  boolean change(KeyChange change, String channel, Supplier<String> message) {
    byte[] tombstone = Envelope.tombstone(change.floor()).encode();
    byte[] memory = millis(change.memory(policy));
    return inOrder(
        "change",
        RemoteScripts.CHANGE,
        keys(name(change.key())),
        () -> new byte[][] {tombstone, memory, bytes(channel), bytes(message.get())});
  }

  /** Voids all that L2 was filled with before, and publishes the message, in one step. */
  boolean everything(String channel, Supplier<String> message) {
    return inOrder(
        "everything",
        RemoteScripts.EVERYTHING,
        keys(mark()),
        () -> new byte[][] {millis(policy.longestLife()), bytes(channel), bytes(message.get())});
  }

  private boolean inOrder(
      String operation, String script, byte[][] keys, Supplier<byte[][]> arguments) {
    Session now;
    CompletionStage<Long> answer;
    synchronized (order) {
      now = acquire();
      if (now == null) {
        return false;
      }
      answer = script(now, script, ScriptOutputType.INTEGER, keys, arguments.get());
    }
    return await(now, operation, answer).isPresent();
  }

  /** Whether a sender is there, as L2 remembers it for new listeners. */
  enum Presence {
    CAUGHT_UP("1"),
    BEHIND("0"),
    GONE("-1");

    private final byte[] code;

    Presence(String code) {
      this.code = bytes(code);
    }
  }

  /** Publishes that a sender is there or ends. The answer comes later. */
  CompletionStage<Boolean> announce(
      String sender, Presence presence, String channel, Supplier<String> message) {
    synchronized (order) {
      Session now = acquire();
      if (now == null) {
        return CompletableFuture.completedStage(false);
      }
      long asked = nanoTime.getAsLong();
      byte[][] arguments = {
        bytes(channel),
        bytes(message.get()),
        deadline(),
        bytes(sender),
        presence.code,
        millis(Senders.FORGOTTEN),
        millis(policy.longestLife())
      };
      return RemoteTier.<Long>script(
              now,
              RemoteScripts.PRESENCE,
              ScriptOutputType.INTEGER,
              keys(senders(), mark()),
              arguments)
          .handle(
              (time, failure) -> {
                account("announce", failure);
                if (failure == null) {
                  serverTime = new ServerTime(time, asked);
                }
                return failure == null;
              });
    }
  }

  /**
   * What happened before somebody began to listen.
   *
   * @throws IllegalStateException if L2 does not say
   */
  Listening listening() {
    Session now = acquire();
    Optional<List<byte[]>> answer =
        now == null
            ? Optional.empty()
            : await(
                now,
                "listen",
                script(
                    now, RemoteScripts.LISTENER, ScriptOutputType.MULTI, keys(senders(), mark())));
    List<byte[]> words =
        answer.orElseThrow(() -> new IllegalStateException("the cache does not say who writes"));
    long markLeft = Long.parseLong(text(words.getFirst()));
    Map<String, Duration> silence = new HashMap<>();
    for (int i = 1; i < words.size(); i += 2) {
      silence.put(text(words.get(i)), Duration.ofMillis(Long.parseLong(text(words.get(i + 1)))));
    }
    return new Listening(
        silence,
        markLeft < 0 ? Optional.empty() : Optional.of(policy.longestLife().minusMillis(markLeft)));
  }

  private static <T> CompletionStage<T> script(
      Session now, String script, ScriptOutputType output, byte[][] keys, byte[]... arguments) {
    RedisAsyncCommands<byte[], byte[]> commands = now.connection().async();
    RedisFuture<T> byDigest = commands.evalsha(commands.digest(script), output, keys, arguments);
    return byDigest.exceptionallyCompose(
        failure ->
            cause(failure) instanceof RedisNoScriptException
                ? commands.eval(script, output, keys, arguments)
                : CompletableFuture.failedStage(failure));
  }

  /** Only {@link #probe} tests an open breaker: no request pays for finding out. */
  private @Nullable Session acquire() {
    Session now = session;
    return now != null && now.connection().isOpen() && !breaker.isOpen() ? now : null;
  }

  private <T> Optional<T> await(Session now, String operation, CompletionStage<T> answer) {
    try {
      T result =
          answer
              .toCompletableFuture()
              .get(RedisLink.COMMAND_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      account(operation, null);
      return Optional.ofNullable(result);
    } catch (ExecutionException e) {
      account(operation, e);
    } catch (TimeoutException e) {
      account(operation, new RedisCommandTimeoutException("no answer in time"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      account(operation, e);
    }
    return Optional.empty();
  }

  private void account(String operation, @Nullable Throwable failure) {
    if (failure == null) {
      breaker.succeeded();
    } else {
      breaker.failed();
      metrics.remoteError(operation);
    }
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private byte[] name(CacheKey key) {
    return bytes(key.text(policy.version()));
  }

  private byte[] senders() {
    return bytes("v" + policy.version() + ":senders");
  }

  private byte[] mark() {
    return bytes("v" + policy.version() + ":void");
  }

  private static byte[][] keys(byte[]... keys) {
    return keys;
  }

  /** By the server's clock, which is asked again with every heartbeat. */
  private byte[] deadline() {
    ServerTime known = serverTime;
    if (known == null) {
      return bytes("0");
    }
    Duration since = Duration.ofNanos(nanoTime.getAsLong() - known.askedAt());
    return bytes(Long.toString(known.millis() + since.plus(LATEST).toMillis()));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] millis(Duration ttl) {
    return bytes(Long.toString(ttl.toMillis()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  void close() {
    Session now = session;
    if (now != null) {
      RedisLink.drop(now.connection());
    }
  }
}
