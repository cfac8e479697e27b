package dev.knowledgenetwork.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** A port in front of a server on this machine, with which something can be wrong. */
final class Detour implements AutoCloseable {

  /** What becomes of those who go there. */
  enum Way {
    /** They reach the server. */
    OPEN,
    /** They do, two seconds late at each answer. */
    SLOW,
    /** Nobody listens. */
    REFUSING,
    /** Somebody listens, and never says a word. */
    SILENT
  }

  private static final Duration LATE = Duration.ofSeconds(2);

  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile ServerSocket entrance;
  private volatile Way way = Way.OPEN;

  /**
   * Opens one.
   *
   * @param target port of the server
   */
  Detour(int target) {
    this.target = target;
    this.entrance = listen(0);
  }

  int port() {
    return entrance.getLocalPort();
  }

  /** Changes the way, for connections that are there too. */
  void becomes(Way next) {
    Way before = way;
    way = next;
    if (next == Way.REFUSING) {
      stop();
    } else if (before == Way.REFUSING) {
      entrance = listen(entrance.getLocalPort());
    }
  }

  private ServerSocket listen(int port) {
    try {
      ServerSocket opened = new ServerSocket();
      opened.setReuseAddress(true);
      opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      Thread.ofVirtual().start(() -> accept(opened));
      return opened;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket opened) {
    while (!opened.isClosed()) {
      try {
        Socket client = opened.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(client);
        sockets.add(server);
        Thread.ofVirtual().start(() -> pump(client, server, false));
        Thread.ofVirtual().start(() -> pump(server, client, true));
      } catch (IOException ended) {
        // Closed, or the server is not there: whoever came finds that out by itself.
      }
    }
  }

  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[16_384];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (answers && way == Way.SLOW) {
          LockSupport.parkNanos(LATE.toNanos());
        }
        if (way != Way.SILENT) {
          out.write(buffer, 0, read);
        }
      }
    } catch (IOException ended) {
      // One side went; the other goes with it.
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private void stop() {
    try {
      entrance.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stop();
  }
}
