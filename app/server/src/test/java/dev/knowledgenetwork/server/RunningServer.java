package dev.knowledgenetwork.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged application as a process of its own, with the memory it has in a small pod. */
final class RunningServer implements AutoCloseable {

  private static final Path PROGRAM = Path.of("target/quarkus-app/quarkus-run.jar");

  /** Variable with the flag that says which compilers it has. */
  static final String COMPILERS = "COMPILERS";

  /** As in production. */
  static final String ALL_COMPILERS = "-XX:+TieredCompilation";

  /** It lives for a minute: what the second compiler would give is never earned back. */
  private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port = freePort();
  private final int managementPort = freePort();
  private final Path log;
  private final Process process;

  RunningServer(String role, Path directory, Map<String, String> environment) {
    this.log = directory.resolve(role + "-" + port + ".log");
    ProcessBuilder builder = program(role, environment);
    builder.environment().put("QUARKUS_HTTP_SSL_PORT", Integer.toString(port));
    builder.environment().put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
    builder.environment().put("QUARKUS_MANAGEMENT_HOST", "localhost");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    try {
      this.process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The program in a role, not yet started. */
  static ProcessBuilder program(String role, Map<String, String> environment) {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx200m",
            environment.getOrDefault(COMPILERS, SHORT_LIVED),
            "-XX:+UseSerialGC",
            "-jar",
            PROGRAM.toAbsolutePath().toString(),
            role);
    builder.environment().putAll(environment);
    return builder;
  }

  RunningServer awaitReady() {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> !process.isAlive() || probe("ready") == 200);
    if (!process.isAlive()) {
      throw new IllegalStateException("ended: " + log());
    }
    return this;
  }

  /** Status code of a probe; 0 while nothing listens. */
  int probe(String name) {
    try {
      return management("/q/health/" + name).statusCode();
    } catch (UncheckedIOException e) {
      return 0;
    }
  }

  HttpResponse<String> management(String path) {
    URI uri = URI.create("http://localhost:" + managementPort + path);
    try {
      return client.send(
          HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  URI uri(String path) {
    return URI.create("https://localhost:" + port + path);
  }

  int port() {
    return port;
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks the process to end, as the kubelet does. */
  void terminate() {
    process.destroy();
  }

  /** Ends the process as kill -9 does. */
  void kill() {
    process.destroyForcibly();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  int awaitExit() {
    try {
      if (!process.waitFor(40, TimeUnit.SECONDS)) {
        throw new IllegalStateException("did not end: " + log());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    client.close();
    process.destroyForcibly();
    awaitExit();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
