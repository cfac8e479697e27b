package dev.knowledgenetwork.cache;

import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

  /** Stores ARGV[1] for ARGV[2] ms unless something newer is there. */
  private static final String FILL =
      """
      local now = redis.call('getrange', KEYS[1], 0, 19)
      if #now == 20 and string.sub(now, 1, 1) == string.sub(ARGV[1], 1, 1)
          and string.sub(now, 2) > string.sub(ARGV[1], 2, 20) then
        return 0
      end
      redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
      return 1
      """;

  /**
   * Leaves a tombstone ARGV[1] for ARGV[2] ms unless that version is there, at least prolongs the
   * tombstone that is there; then tells all.
   */
  private static final String CHANGE =
      """
      local now = redis.call('getrange', KEYS[1], 0, 20)
      if #now < 21 or string.sub(now, 1, 1) ~= string.sub(ARGV[1], 1, 1)
          or string.sub(now, 2, 20) < string.sub(ARGV[1], 2, 20) then
        redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
      elseif now == ARGV[1] and redis.call('pttl', KEYS[1]) < tonumber(ARGV[2]) then
        redis.call('pexpire', KEYS[1], ARGV[2])
      end
      return redis.call('publish', ARGV[3], ARGV[4])
      """;

  /** A value found in L2 and how much longer it lives there. */
  record Found(Envelope envelope, Duration timeLeft) {}

  private record Session(StatefulRedisConnection<byte[], byte[]> connection, long number) {}

  private final CachePolicy policy;
  private final CircuitBreaker breaker;
  private final CacheMetrics metrics;
  private volatile @Nullable Session session;

  RemoteTier(CachePolicy policy, CircuitBreaker breaker, CacheMetrics metrics) {
    this.policy = policy;
    this.breaker = breaker;
    this.metrics = metrics;
    metrics.breaker(() -> session == null || breaker.isOpen());
  }

  /** Works with this connection from now on; the breaker decides anew. */
  void use(StatefulRedisConnection<byte[], byte[]> connection) {
    Session before = session;
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

  /** Value and time left in one round trip. */
  Optional<Found> get(CacheKey key) {
    Session now = acquire();
    if (now == null) {
      return Optional.empty();
    }
    byte[] name = name(key);
    RedisAsyncCommands<byte[], byte[]> commands = now.connection().async();
    CompletionStage<Optional<Found>> answer =
        commands.get(name).thenCombine(commands.pttl(name), RemoteTier::found);
    return await(now, "get", answer).flatMap(found -> found);
  }

  private static Optional<Found> found(byte @Nullable [] bytes, Long timeLeft) {
    return bytes == null || timeLeft <= 0
        ? Optional.empty()
        : Envelope.decode(bytes).map(e -> new Found(e, Duration.ofMillis(timeLeft)));
  }

  /** Stores a value in the background unless L2 knows a newer one or lost its memory meanwhile. */
  void fill(CacheKey key, Envelope value, long sessionAtLoad) {
    Session now = session;
    if (now == null || now.number() != sessionAtLoad || acquire() == null) {
      return;
    }
    byte[][] arguments = {value.encode(), millis(policy.ttl(key.dataClass()))};
    script(now, FILL, key, arguments).whenComplete((done, failure) -> account("fill", failure));
  }

  /**
   * Voids a key in L2 and publishes the message, in one step.
   *
   * @return whether the server did it; false also where that is not known
   */
  boolean change(KeyChange change, String channel, String message) {
    Session now = acquire();
    if (now == null) {
      return false;
    }
    byte[][] arguments = {
      Envelope.tombstone(change.floor()).encode(),
      millis(change.memory(policy)),
      bytes(channel),
      bytes(message)
    };
    return await(now, "change", script(now, CHANGE, change.key(), arguments)).isPresent();
  }

  /** Publishes without a key (heartbeats), in the background. */
  void publish(String channel, String message) {
    Session now = acquire();
    if (now != null) {
      now.connection()
          .async()
          .publish(bytes(channel), bytes(message))
          .whenComplete((done, failure) -> account("publish", failure));
    }
  }

  private CompletionStage<Long> script(
      Session now, String script, CacheKey key, byte[]... arguments) {
    RedisAsyncCommands<byte[], byte[]> commands = now.connection().async();
    byte[][] keys = {name(key)};
    RedisFuture<Long> byDigest =
        commands.evalsha(commands.digest(script), ScriptOutputType.INTEGER, keys, arguments);
    return byDigest.exceptionallyCompose(
        failure ->
            cause(failure) instanceof RedisNoScriptException
                ? commands.eval(script, ScriptOutputType.INTEGER, keys, arguments)
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
