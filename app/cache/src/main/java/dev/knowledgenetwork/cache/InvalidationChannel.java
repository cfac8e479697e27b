package dev.knowledgenetwork.cache;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What this process says about its own changes, and what it does about those of others.
 *
 * <p>A change that L2 did not take is kept (at most {@value #MOST_PENDING}, the newest of each key)
 * and sent again when L2 is back; others see the hole in the sequence meanwhile. What a crash loses
 * here is bounded by the life of the entries.
 */
final class InvalidationChannel {

  /** How often a process that has nothing to say repeats its last sequence. */
  static final Duration HEARTBEAT = Duration.ofSeconds(5);

  /** Without an own heartbeat coming back for so long the subscription is held to be dead. */
  static final Duration SILENCE = HEARTBEAT.multipliedBy(3);

  private static final int MOST_PENDING = 10_000;

  private final String name;
  private final String sender;
  private final long epoch;
  private final CachePolicy policy;
  private final LocalTier local;
  private final RemoteTier remote;
  private final CacheMetrics metrics;
  private final LongSupplier nanoTime;
  private final AtomicLong sequence = new AtomicLong();
  private final SequenceTracker tracker = new SequenceTracker();
  private final Map<CacheKey, Unsent> pending = new ConcurrentHashMap<>();
  private volatile long lastEcho;

  InvalidationChannel(
      Sender self, CachePolicy policy, LocalTier local, RemoteTier remote, CacheMetrics metrics) {
    this.name = "v" + policy.version() + ":invalidate";
    this.sender = self.name();
    this.epoch = self.epoch();
    this.nanoTime = self.nanoTime();
    this.policy = policy;
    this.local = local;
    this.remote = remote;
    this.metrics = metrics;
    metrics.pending(pending::size);
  }

  private record Unsent(KeyChange change, InvalidationMessage message) {}

  /** Who speaks: a name of its own, the start in milliseconds, a clock for silences. */
  record Sender(String name, long epoch, LongSupplier nanoTime) {}

  String name() {
    return name;
  }

  /** Voids a key in L2, then tells everybody; at most one command's time-out. */
  void announce(KeyChange change) {
    if (policy.endpoints().isEmpty()) {
      return;
    }
    metrics.invalidation("sent");
    Unsent mine =
        new Unsent(
            change, new InvalidationMessage(sender, epoch, sequence.incrementAndGet(), change));
    if (!send(mine)) {
      keep(mine);
    }
  }

  private boolean send(Unsent unsent) {
    return remote.change(unsent.change(), name, unsent.message().encode());
  }

  private void keep(Unsent unsent) {
    CacheKey key = unsent.change().key();
    if (pending.size() < MOST_PENDING || pending.containsKey(key)) {
      pending.merge(key, unsent, (a, b) -> a.change().floor() > b.change().floor() ? a : b);
    } else {
      metrics.remoteError("lost");
    }
  }

  /** Sends what L2 did not take before; stops at the first one that fails again. */
  void replay() {
    for (Unsent unsent : pending.values()) {
      if (!send(unsent)) {
        return;
      }
      pending.remove(unsent.change().key(), unsent);
    }
  }

  void heartbeat() {
    remote.publish(name, new InvalidationMessage(sender, epoch, sequence.get(), null).encode());
  }

  boolean isSilent() {
    return nanoTime.getAsLong() - lastEcho > SILENCE.toNanos();
  }

  /** To be called when a new subscription stands: what was said before it is lost. */
  void subscribed() {
    lastEcho = nanoTime.getAsLong();
    tracker.reset();
    local.distrustAll();
    local.informed(true);
  }

  /** To be called as soon as the subscription is gone. */
  void disconnected() {
    local.informed(false);
  }

  void receive(String text) {
    InvalidationMessage.decode(text).ifPresent(this::receive);
  }

  private void receive(InvalidationMessage message) {
    KeyChange change = message.change();
    if (message.sender().equals(sender) && message.epoch() == epoch) {
      lastEcho = nanoTime.getAsLong();
    } else {
      if (tracker.observe(message) == SequenceTracker.Verdict.GAP) {
        metrics.gap();
        local.distrustAll();
      }
      if (change != null) {
        metrics.invalidation("received");
        apply(change);
      }
    }
  }

  /** Voids older entries of this process. */
  void apply(KeyChange change) {
    local.invalidate(change.key(), change.floor(), change.memory(policy));
  }
}
