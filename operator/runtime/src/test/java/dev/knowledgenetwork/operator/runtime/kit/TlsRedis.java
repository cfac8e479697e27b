package dev.knowledgenetwork.operator.runtime.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import redis.embedded.RedisServer;

/** A real Redis behind TLS: the embedded one speaks in the clear, so a relay stands before it. */
public final class TlsRedis implements AutoCloseable {

  private final RedisServer redis;
  private final int plainPort;
  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Starts with one user, who may do what a client of the cache may. */
  public TlsRedis(String certificate, String key, String user, String password) {
    this(certificate, key, user, password, "+info");
  }

  /** The same, with one more rule for the user. */
  public TlsRedis(String certificate, String key, String user, String password, String rule) {
    try (ServerSocket free = new ServerSocket(0)) {
      plainPort = free.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException("no port for Redis", e);
    }
    try {
      redis =
          RedisServer.builder()
              .port(plainPort)
              .setting("bind 127.0.0.1")
              .setting("save \"\"")
              .setting("maxmemory 64mb")
              .setting("user default off")
              .setting("user " + user + " on >" + password + " ~* &* +@all -@admin " + rule)
              .build();
      redis.start();
      socket =
          Tls.server(certificate, key)
              .getServerSocketFactory()
              .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IllegalStateException("no Redis for tests", e);
    }
    threads.execute(this::accept);
  }

  /** Where it listens, on this machine. */
  public int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    try {
      while (!socket.isClosed()) {
        Socket client = socket.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), plainPort);
        threads.execute(() -> relay(client, server));
        threads.execute(() -> relay(server, client));
      }
    } catch (IOException e) {
      threads.shutdown();
    }
  }

  private static void relay(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8192];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        out.flush();
      }
    } catch (IOException e) {
      return;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
      redis.stop();
    } catch (IOException e) {
      throw new IllegalStateException("Redis for tests does not stop", e);
    }
    threads.shutdownNow();
  }
}
