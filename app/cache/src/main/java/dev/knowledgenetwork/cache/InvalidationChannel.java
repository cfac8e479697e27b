package dev.knowledgenetwork.cache;

import dev.knowledgenetwork.cache.InvalidationMessage.Kind;
import dev.knowledgenetwork.cache.RemoteTier.Presence;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What this process says about its own changes, and what it does about those of others.
 *
 * <p>A change that L2 did not take is kept and sent again. Until then the process does not say that
 * it has told everything, and who has not heard that for {@link #SILENCE} believes what is stored
 * for a moment only ({@link Freshness}): so nothing is served that was changed longer ago than
 * that, whoever is cut off. Whether this process hears is proven by its own heartbeats, which come
 * back behind all that was said before them.
 */
final class InvalidationChannel {

  /** How often a process says that it has told everything. */
  static final Duration HEARTBEAT = Duration.ofSeconds(3);

  /** Who was not heard for so long may have changed anything since. */
  static final Duration SILENCE = Duration.ofSeconds(10);

  private static final Logger LOG = System.getLogger(InvalidationChannel.class.getName());

  /** A heartbeat has no effect where it would come later than this. */
  private static final Duration ON_ITS_WAY = Duration.ofSeconds(1);

  private final String name;
  private final Sender self;
  private final LongSupplier nanoTime;
  private final CachePolicy policy;
  private final LocalTier local;
  private final Freshness freshness;
  private final RemoteTier remote;
  private final CacheMetrics metrics;
  private final AtomicLong sequence = new AtomicLong();
  private final Unsent unsent = new Unsent();

  // What was heard, guarded by the lock of this object.
  private final Senders senders = new Senders();
  private Set<String> silent = Set.of();
  private boolean listening;
  private @Nullable Long listeningSince;
  private @Nullable Long echoedAt;

  InvalidationChannel(
      Sender self, CachePolicy policy, LocalTier local, RemoteTier remote, CacheMetrics metrics) {
    this.name = "v" + policy.version() + ":invalidate";
    this.self = self;
    this.nanoTime = self.nanoTime();
    this.policy = policy;
    this.local = local;
    this.freshness = local.freshness();
    this.remote = remote;
    this.metrics = metrics;
    metrics.pending(unsent::size);
  }

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
    if (!send(change)) {
      unsent.keep(change);
    }
  }

  private boolean send(KeyChange change) {
    return remote.change(change, name, () -> message(Kind.CHANGE, change));
  }

  private String message(Kind kind, @Nullable KeyChange change) {
    boolean counts = kind == Kind.CHANGE || kind == Kind.EVERYTHING;
    long number = counts ? sequence.incrementAndGet() : sequence.get();
    long at = Duration.ofNanos(nanoTime.getAsLong()).toMillis();
    return new InvalidationMessage(self.name(), self.epoch(), number, kind, change, at).encode();
  }

  /** Below this version L2 may still have what this process knows to be void. */
  long floor(CacheKey key) {
    return unsent.floor(key);
  }

  /** Sends what L2 did not take before; stops at the first one that fails again. */
  void replay() {
    if (unsent.isEverything()) {
      // Before it is forgotten that L2 may be wrong.
      freshness.voidShared(Duration.ZERO);
    }
    if (unsent.takeEverything() && !remote.everything(name, () -> message(Kind.EVERYTHING, null))) {
      unsent.keepEverything();
      return;
    }
    for (KeyChange change : unsent.each()) {
      if (!send(change)) {
        return;
      }
      unsent.sent(change);
    }
  }

  /** Says that this process is there; once it listens, so that it sees who was there before. */
  void heartbeat() {
    if (hasNeverListened()) {
      return;
    }
    boolean behind = !unsent.isEmpty();
    remote.announce(
        self.name(),
        behind ? Presence.BEHIND : Presence.CAUGHT_UP,
        name,
        () -> message(behind ? Kind.BEHIND : Kind.HEARTBEAT, null));
  }

  /** Tells what is left and says good-bye, so that nobody waits for this process. */
  CompletionStage<Boolean> leave() {
    replay();
    Presence presence = unsent.isEmpty() ? Presence.GONE : Presence.BEHIND;
    Kind kind = unsent.isEmpty() ? Kind.LEAVING : Kind.BEHIND;
    return remote.announce(self.name(), presence, name, () -> message(kind, null));
  }

  /** Whether own heartbeats do not come back: the subscription is dead, however it looks. */
  synchronized boolean isSilent() {
    Long heard = echoedAt == null ? listeningSince : echoedAt;
    return heard != null && nanoTime.getAsLong() - heard > SILENCE.toNanos();
  }

  private synchronized boolean hasNeverListened() {
    return listeningSince == null;
  }

  /** To be called when a new subscription stands: what was said before it is lost. */
  synchronized void subscribed(RemoteTier.Listening before) {
    long now = nanoTime.getAsLong();
    if (listeningSince == null && before.silence().containsKey(self.name())) {
      // An earlier process of this name ended without a word: what it left untold is not known.
      unsent.keepEverything();
    }
    listening = true;
    listeningSince = now;
    echoedAt = null;
    senders.resubscribed();
    before
        .silence()
        .forEach(
            (sender, time) -> {
              if (!sender.equals(self.name())) {
                senders.known(sender, now - time.toNanos());
              }
            });
    before.voidedAgo().ifPresent(freshness::voidShared);
    local.distrustAll();
    renew(now);
  }

  /** To be called as soon as the subscription is gone. */
  synchronized void disconnected() {
    listening = false;
    renew(nanoTime.getAsLong());
  }

  void receive(String text) {
    InvalidationMessage.decode(text).ifPresent(this::receive);
  }

  private void receive(InvalidationMessage message) {
    boolean own = message.sender().equals(self.name());
    if (!own || message.epoch() != self.epoch()) {
      KeyChange change = message.change();
      if (change != null) {
        metrics.invalidation("received");
        apply(change);
      } else if (message.kind() == Kind.EVERYTHING) {
        voidEverything();
      }
    }
    heard(message, own);
  }

  private synchronized void heard(InvalidationMessage message, boolean own) {
    long now = nanoTime.getAsLong();
    Long at = message.at();
    if (!own) {
      switch (senders.observe(message, now)) {
        case GAP -> {
          metrics.gap();
          local.distrustAll();
        }
        case REPLACED -> voidEverything();
        case IN_ORDER, REPEATED -> {}
      }
    } else if (message.epoch() == self.epoch() && at != null && !message.counts()) {
      echoedAt = Duration.ofMillis(at).toNanos();
      senders.saidBefore(echoedAt + ON_ITS_WAY.toNanos());
    }
    if (!message.counts()) {
      renew(now);
    }
  }

  /** Looks after who is silent. */
  synchronized void tend() {
    long now = nanoTime.getAsLong();
    Set<String> found = senders.silent(SILENCE, now);
    if (!found.equals(silent)) {
      LOG.log(
          Level.INFO,
          found.isEmpty()
              ? "All processes that write are heard of again"
              : "Cached values are served for {0} s only: nothing is heard of {1}",
          Freshness.UNCONFIRMED.toSeconds(),
          found);
      silent = found;
    }
    if (senders.forget(now)) {
      voidEverything();
    }
    renew(now);
  }

  private void voidEverything() {
    freshness.voidShared(Duration.ZERO);
    local.distrustAll();
  }

  private void renew(long now) {
    if (!listening || echoedAt == null) {
      freshness.lease(now);
      return;
    }
    long told = senders.caughtUpAt(now);
    long known = echoedAt - told < 0 ? echoedAt : told;
    freshness.lease(known + SILENCE.toNanos());
  }

  /** Voids older entries of this process. */
  void apply(KeyChange change) {
    if (change.kind() == KeyChange.Kind.UNCERTAIN) {
      local.quarantine(change.key());
    } else {
      local.invalidate(change.key(), change.floor(), change.memory(policy));
    }
  }
}
