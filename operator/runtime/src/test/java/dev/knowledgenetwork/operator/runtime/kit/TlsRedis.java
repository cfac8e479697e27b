package dev.knowledgenetwork.operator.runtime.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.embedded.RedisServer;

/** A real Redis behind TLS: the embedded one speaks in the clear, so a relay stands before it. */
public final class TlsRedis implements AutoCloseable {

  private static final Pattern USER = Pattern.compile("user (\\w+) reset on (#[0-9a-f]{64}) ");

  private final RedisServer redis;
  private final int plainPort;
  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** A user with a password, as rules of Redis. */
  private record User(String rules) {}

  /** Starts with one user, who may do what a client of the cache may. */
  public TlsRedis(String certificate, String key, String user, String password) {
    this(certificate, key, user, password, "+info");
  }

  /** The same, with one more rule for the user. */
  public TlsRedis(String certificate, String key, String user, String password, String rule) {
    this(certificate, key, new User(user + " on >" + password), rule);
  }

  /** With the one user of a file of users, as the operator makes it. */
  static TlsRedis ofUsers(String certificate, String key, String users) {
    Matcher user = USER.matcher(users);
    if (!user.find()) {
      throw new IllegalArgumentException("no user with the hash of a password");
    }
    return new TlsRedis(
        certificate, key, new User(user.group(1) + " on " + user.group(2)), "+info");
  }

  private TlsRedis(String certificate, String key, User user, String rule) {
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
              .setting("user " + user.rules() + " ~* &* +@all -@admin " + rule)
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
