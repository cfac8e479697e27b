package dev.knowledgenetwork.operator.runtime.kit;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * The operator as its container starts it, in a process of its own, with a token for the API server
 * in a file that others write.
 */
public final class OperatorJar implements AutoCloseable {

  private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
  private static final Path LOG = Path.of("target/operator-jar.log");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final int port;

  /**
   * Starts it.
   *
   * @param name of its pod
   * @param token file with its token
   */
  public OperatorJar(ApiServer server, String namespace, String name, Path token) {
    if (!Files.exists(JAR)) {
      throw new IllegalStateException(JAR + " is made by the phase package");
    }
    try {
      port = freePort();
      ProcessBuilder command =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  // As in its image.
                  "-XX:+UseSerialGC",
                  // It lives for a minute: what a second compiler would give is never earned back.
                  "-XX:TieredStopAtLevel=1",
                  "-jar",
                  JAR.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(LOG.toFile()));
      command.environment().putAll(environment(server, namespace, name, token));
      command.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
      process = command.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> environment(
      ApiServer server, String namespace, String name, Path token) throws IOException {
    Config config = server.config();
    Map<String, String> environment = new TreeMap<>();
    environment.put("KUBERNETES_MASTER", config.getMasterUrl());
    environment.put("KUBERNETES_CERTS_CA_FILE", authority(config));
    environment.put("KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN", token.toString());
    environment.put("KUBERNETES_AUTH_TRYKUBECONFIG", "false");
    environment.put("POD_NAMESPACE", namespace);
    environment.put("HOSTNAME", name);
    environment.put("RELATED_IMAGE_POSTGRES_17", "kn.local/postgres:1");
    environment.put("RELATED_IMAGE_POOLER", "kn.local/pooler:1");
    environment.put("RELATED_IMAGE_VALKEY", "kn.local/valkey:1");
    environment.put("RELATED_IMAGE_APP", "kn.local/app:1");
    return environment;
  }

  private static String authority(Config config) throws IOException {
    if (config.getCaCertData() == null) {
      return config.getCaCertFile();
    }
    Path file = Files.createTempFile("authority", ".crt");
    file.toFile().deleteOnExit();
    Files.write(file, Base64.getDecoder().decode(config.getCaCertData()));
    return file.toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Whether the process goes on. */
  public boolean lives() {
    return process.isAlive();
  }

  /** The answer to a probe, {@code live} or {@code ready}; 0 while there is none. */
  public int probe(String which) {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/q/health/" + which))
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
