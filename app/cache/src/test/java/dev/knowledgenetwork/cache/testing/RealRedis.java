package dev.knowledgenetwork.cache.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import redis.embedded.RedisExecProvider;

/**
 * A real Redis as the CacheTier runs it: TLS only, one ACL user. It can be killed, started again on
 * the same port, and stopped in its tracks (open connections, no answers).
 */
public final class RealRedis implements AutoCloseable {

  private static final String USER = "kn";

  private final Path directory;
  private final TestAuthority authority;
  private final File executable;
  private final int port;
  private Process process;

  /**
   * Starts a server.
   *
   * @param directory for its files; {@link #credentials} is made within
   * @param authority issues its certificate
   */
  public RealRedis(Path directory, TestAuthority authority) {
    this.directory = directory;
    this.authority = authority;
    try (ServerSocket free = new ServerSocket(0)) {
      this.port = free.getLocalPort();
      this.executable = RedisExecProvider.defaultProvider().get();
      authority.issue(directory.resolve("tls"));
      Files.createDirectories(credentials());
      Files.copy(directory.resolve("tls/ca.crt"), credentials().resolve("ca.crt"));
      Files.writeString(credentials().resolve("username"), USER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    password("first-" + System.nanoTime());
    this.process = start();
  }

  /** The port that speaks TLS. */
  public int port() {
    return port;
  }

  /** A directory with {@code username}, {@code password} and {@code ca.crt}, as it is mounted. */
  public Path credentials() {
    return directory.resolve("credentials");
  }

  /** Something that breaks between one process and this server. */
  public FaultyLink faultyLink(Duration delay) {
    return new FaultyLink(authority, port, delay);
  }

  /** {@code cache.json} for this server. */
  public String policy() {
    return policy(port);
  }

  /** {@code cache.json} for who reaches this server at another port. */
  public String policy(int port) {
    return """
        {"version":"1","endpoints":[{"host":"localhost","port":%d}],"tls":true,
         "l1":{"maxEntries":10000,"maxBytes":67108864,"ttlSeconds":300},"defaultTtlSeconds":300,
         "dataClasses":{"document":{"ttlSeconds":300,"tiers":["L1","L2"]}}}
        """
        .formatted(port);
  }

  /** Sets another password, valid from the next start on; clients find it in their file. */
  public void password(String password) {
    try {
      Files.writeString(credentials().resolve("password"), password + "\n");
      Files.writeString(
          directory.resolve("users.acl"),
          "user default off\nuser "
              + USER
              + " on >"
              + password
              + " ~* &* +@all -@admin -@dangerous +info\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills the server and all it knows. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Starts it again, empty, on the same port. */
  public void restart() {
    kill();
    process = start();
  }

  /** Stops it: connections stay open, nothing answers. */
  public void freeze() {
    signal("-STOP");
  }

  /** Lets it go on. */
  public void thaw() {
    signal("-CONT");
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Process start() {
    try {
      Path tls = directory.resolve("tls");
      Path config = directory.resolve("redis.conf");
      Files.writeString(
          config,
          """
          port 0
          tls-port %d
          tls-protocols "TLSv1.3"
          tls-auth-clients no
          tls-cert-file %s
          tls-key-file %s
          tls-ca-cert-file %s
          aclfile %s
          save ""
          appendonly no
          dir %s
          """
              .formatted(
                  port,
                  tls.resolve("tls.crt"),
                  tls.resolve("tls.key"),
                  tls.resolve("ca.crt"),
                  directory.resolve("users.acl"),
                  directory));
      Process started =
          new ProcessBuilder(executable.getPath(), config.toString())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("redis.log").toFile())
              .start();
      Awaitility.await().atMost(10, TimeUnit.SECONDS).until(this::accepts);
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean accepts() {
    try (Socket socket = new Socket("localhost", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    kill();
  }
}
