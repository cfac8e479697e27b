package dev.knowledgenetwork.cache;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the connections to L2 up, on a thread of its own: connects, notices dead connections, tests
 * an open breaker, sends heartbeats and what was left unsent. All fields are confined to that
 * thread.
 */
final class CacheUpkeep implements AutoCloseable {

  private static final Logger LOG = System.getLogger(CacheUpkeep.class.getName());
  private static final Duration TICK = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final RedisLink link;
  private final RemoteTier remote;
  private final InvalidationChannel channel;
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kn-cache-upkeep").factory());
  private @Nullable StatefulRedisPubSubConnection<String, String> subscription;
  private long connectAt;
  private long pause = TICK.toNanos();
  private long heartbeatAt;
  private boolean reported;

  CacheUpkeep(
      RedisLink link, RemoteTier remote, InvalidationChannel channel, LongSupplier nanoTime) {
    this.link = link;
    this.remote = remote;
    this.channel = channel;
    this.nanoTime = nanoTime;
    this.connectAt = nanoTime.getAsLong();
    this.heartbeatAt = connectAt;
  }

  void start() {
    executor.scheduleWithFixedDelay(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void tick() {
    try {
      long now = nanoTime.getAsLong();
      if (now - connectAt >= 0) {
        connectWhereNeeded(now);
      }
      if (!remote.isUsable()) {
        remote.probe();
      }
      if (remote.isUsable()) {
        channel.replay();
        beat(now);
      }
      channel.tend();
    } catch (RuntimeException e) {
      // The next tick tries again; without this the executor would never call again.
      LOG.log(Level.WARNING, "Cache upkeep failed, will go on", e);
    }
  }

  private void connectWhereNeeded(long now) {
    try {
      if (!remote.isConnected()) {
        remote.use(link.connect());
      }
      if (subscription == null || !subscription.isOpen() || channel.isSilent()) {
        subscribe();
        heartbeatAt = now;
      }
      pause = TICK.toNanos();
      if (reported) {
        LOG.log(Level.INFO, "Connected to the cache again");
        reported = false;
      }
    } catch (RuntimeException e) {
      pause = Math.min(pause * 2, LONGEST_PAUSE.toNanos());
      connectAt = now + pause;
      if (!reported) {
        LOG.log(Level.WARNING, "No connection to the cache, going on without it: {0}", reason(e));
        reported = true;
      }
    }
  }

  private void subscribe() {
    channel.disconnected();
    RedisLink.drop(subscription);
    subscription = null;
    StatefulRedisPubSubConnection<String, String> fresh = link.connectPubSub();
    fresh.addListener(
        new RedisPubSubAdapter<String, String>() {
          @Override
          public void message(String name, String message) {
            channel.receive(message);
          }
        });
    fresh.addListener(
        new RedisConnectionStateAdapter() {
          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
            channel.disconnected();
          }
        });
    try {
      fresh.sync().subscribe(channel.name());
      channel.subscribed(remote.listening());
    } catch (RuntimeException e) {
      RedisLink.drop(fresh);
      throw e;
    }
    subscription = fresh;
    if (!fresh.isOpen()) {
      channel.disconnected();
    }
  }

  private void beat(long now) {
    if (now - heartbeatAt >= 0) {
      channel.heartbeat();
      heartbeatAt = now + InvalidationChannel.HEARTBEAT.toNanos();
    }
  }

  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName();
  }

  @Override
  public void close() {
    executor.shutdownNow();
    try {
      executor.awaitTermination(1, TimeUnit.SECONDS);
      sayGoodBye();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      RedisLink.drop(subscription);
      remote.close();
      link.close();
    }
  }

  private void sayGoodBye() throws InterruptedException {
    if (!remote.isUsable()) {
      return;
    }
    try {
      long limit = RedisLink.COMMAND_TIMEOUT.toMillis();
      channel.leave().toCompletableFuture().get(limit, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.log(Level.INFO, "The cache was not told that this process ends: {0}", reason(e));
    }
  }
}
