package dev.knowledgenetwork.events;

import dev.knowledgenetwork.events.TenantEvents.Start;
import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.UnavailableException;
import dev.knowledgenetwork.web.ClientConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream of its tenant's events: first what it missed, read from the shard, then what
 * the shard's tail hands over. Belongs to one database: where the tenant moves to another, or the
 * database begins another life, the stream ends, and the client connects again with its token.
 *
 * <p>A client that does not keep up is ended after {@value #BUFFER} waiting events, and all are
 * where the tail has lost its database: others may reach it.
 */
final class EventStream {

  /** What two looks of a tail give: what a long transaction held back comes at once. */
  private static final int BUFFER = 2 * ShardTail.MOST;

  /** So long after its end a stream has for what its client has not read yet. */
  static final Duration GRACE = Duration.ofSeconds(10);

  private static final Duration TAIL_BEHIND = Duration.ofMillis(20);

  /** Who reads, and where it is written to. */
  record Client(Caller caller, ClientConnection connection) {}

  /** What the writing thread waits for. */
  private sealed interface Signal {
    record Happened(Entry entry) implements Signal {}

    record End() implements Signal {}
  }

  private final Client client;
  private final Start start;
  private final TenantEvents events;
  private final ShardTail tail;
  private final Duration heartbeat;
  private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>(BUFFER);
  private volatile Instant endsAt;
  private StreamToken sent;

  /**
   * A stream.
   *
   * @param heartbeat where nothing happens for so long, a sign of life and the newest token
   */
  EventStream(Client client, Start start, TenantEvents events, ShardTail tail, Duration heartbeat) {
    this.client = client;
    this.start = start;
    this.events = events;
    this.tail = tail;
    this.heartbeat = heartbeat;
    this.endsAt = client.caller().expiresAt();
    this.sent = start.token();
  }

  TenantId tenant() {
    return client.caller().tenant();
  }

  /** The shard whose events it carries. */
  String shard() {
    return start.shard();
  }

  /** An event after what was read; returns at once. */
  void offer(Entry entry) {
    if (goesOn() && !signals.offer(new Signal.Happened(entry))) {
      end();
    }
  }

  /** Lets the client connect again, here or elsewhere; what was not written is read then. */
  void end() {
    if (goesOn()) {
      endsAt = Instant.now();
    }
    signals.clear();
    signals.offer(new Signal.End());
  }

  /** Whether it has ended long ago, but waits for a client that does not read. */
  boolean isStuck(Instant now) {
    return now.isAfter(endsAt.plus(GRACE));
  }

  /** Gives the client up. */
  void breakOff() {
    client.connection().breakOff();
  }

  /**
   * Writes until the stream ends or the token expires.
   *
   * @throws IOException if the client is gone
   */
  void writeTo(OutputStream out) throws IOException {
    EventWriter writer = new EventWriter(out, tenant());
    try {
      writer.open(sent, start.missed());
      writer.flush();
      if (catchUp(writer)) {
        follow(writer);
      }
    } catch (UnavailableException e) {
      // The client connects again, and is answered 503 as long as the shard is away.
      end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      tail.leave(this);
    }
  }

  /** Reads what the tail will not hand over any more; true once that is done. */
  private boolean catchUp(EventWriter writer) throws IOException, InterruptedException {
    Optional<Position> joined = Optional.empty();
    while (goesOn() && tail.isCurrent()) {
      Batch page = events.page(tenant(), sent.position(), start.since());
      if (page.mark().incarnation() != sent.incarnation()) {
        return false;
      }
      for (Entry entry : page.entries()) {
        write(writer, entry);
      }
      writer.flush();
      if (page.isFull()) {
        continue;
      }
      if (joined.isPresent() && joined.get().compareTo(page.reach()) <= 0) {
        return true;
      }
      // Joining late keeps short what waits meanwhile; the next page reaches the tail.
      joined = tail.join(this, sent.incarnation());
      if (joined.isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(TAIL_BEHIND.toMillis());
      }
    }
    return false;
  }

  private void follow(EventWriter writer) throws IOException, InterruptedException {
    while (goesOn()) {
      switch (next()) {
        case null -> {
          if (!tail.isCurrent()) {
            return;
          }
          heartbeat(writer);
        }
        case Signal.Happened(Entry entry) -> {
          if (entry.position().compareTo(sent.position()) > 0) {
            write(writer, entry);
          }
          if (signals.isEmpty()) {
            writer.flush();
          }
        }
        case Signal.End ignored -> {
          return;
        }
      }
    }
  }

  private @Nullable Signal next() throws InterruptedException {
    Duration left = Duration.between(Instant.now(), endsAt);
    Duration wait = left.compareTo(heartbeat) < 0 ? left : heartbeat;
    return signals.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void heartbeat(EventWriter writer) throws IOException {
    // In this order: what the tail has handed out by then has been written, if nothing waits and
    // nothing was thrown away.
    StreamToken newest = tail.standing().orElse(sent);
    if (signals.isEmpty() && goesOn() && newest.position().compareTo(sent.position()) > 0) {
      sent = newest;
    }
    writer.heartbeat(sent);
    writer.flush();
  }

  private void write(EventWriter writer, Entry entry) throws IOException {
    sent = new StreamToken(sent.incarnation(), entry.position(), entry.event().time());
    writer.event(entry.event(), sent);
  }

  private boolean goesOn() {
    return Instant.now().isBefore(endsAt);
  }
}
