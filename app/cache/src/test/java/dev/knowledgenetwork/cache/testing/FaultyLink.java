package dev.knowledgenetwork.cache.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/**
 * What stands between one process and its cache server: it ends TLS on both sides, so that it can
 * lose, delay and repeat single messages of the channel, and it can stop both ways while all
 * connections stay open, as a broken network does. What was stopped goes on when it is healed,
 * however old.
 */
public final class FaultyLink implements AutoCloseable {

  /** What becomes of a message of the channel. */
  public enum Fate {
    DELIVERED,
    LOST,
    DOUBLED,
    LATE
  }

  private final SSLContext tls;
  private final SSLServerSocket server;
  private final int target;
  private final Duration delay;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile Supplier<Fate> fates = () -> Fate.DELIVERED;
  private volatile boolean cut;

  /**
   * Listens on a port of its own.
   *
   * @param authority that both sides trust
   * @param target port of the server
   * @param delay of what is {@link Fate#LATE}, and of all that comes behind it
   */
  public FaultyLink(TestAuthority authority, int target, Duration delay) {
    this.tls = authority.context();
    this.target = target;
    this.delay = delay;
    try {
      this.server = (SSLServerSocket) tls.getServerSocketFactory().createServerSocket(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** The port for the process. */
  public int port() {
    return server.getLocalPort();
  }

  /** Decides about each message of the channel from now on. */
  public void decide(Supplier<Fate> fate) {
    fates = fate;
  }

  /** Nothing gets through any more, in neither direction. */
  public void cut() {
    cut = true;
  }

  /** All gets through again, what waited first. */
  public void heal() {
    cut = false;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        sockets.add(client);
        threads.execute(() -> connect(client));
      } catch (IOException e) {
        // Closed, or a client that went away again.
      }
    }
  }

  private void connect(Socket client) {
    try {
      passable();
      Socket upstream = tls.getSocketFactory().createSocket("localhost", target);
      sockets.add(upstream);
      threads.execute(() -> pump(client, upstream, this::requests));
      pump(upstream, client, this::replies);
    } catch (IOException e) {
      close(client);
    }
  }

  private interface Pump {
    void run(InputStream from, OutputStream to) throws IOException;
  }

  private void pump(Socket from, Socket to, Pump pump) {
    try {
      pump.run(new BufferedInputStream(from.getInputStream()), to.getOutputStream());
    } catch (IOException e) {
      // One of both is gone, so the other one goes, too.
    } finally {
      close(from);
      close(to);
    }
  }

  private void requests(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
      passable();
      to.write(buffer, 0, count);
      to.flush();
    }
  }

  private void replies(InputStream from, OutputStream to) throws IOException {
    while (true) {
      byte[] reply = Reply.read(from);
      Fate fate = Reply.isPublished(reply) ? fates.get() : Fate.DELIVERED;
      if (fate == Fate.LATE) {
        LockSupport.parkNanos(delay.toNanos());
      }
      passable();
      for (int copies = copies(fate); copies > 0; copies--) {
        to.write(reply);
      }
      to.flush();
    }
  }

  private static int copies(Fate fate) {
    return switch (fate) {
      case LOST -> 0;
      case DELIVERED, LATE -> 1;
      case DOUBLED -> 2;
    };
  }

  private void passable() throws IOException {
    while (cut) {
      if (server.isClosed()) {
        throw new IOException("closed");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  private void close(Socket socket) {
    sockets.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Set.copyOf(sockets).forEach(this::close);
    threads.shutdownNow();
  }
}
