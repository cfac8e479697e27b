package dev.knowledgenetwork.operator.runtime.kit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A node whose kubelet knows what containers wrote; the API server asks it for their logs. */
public final class FakeKubelet implements AutoCloseable {

  private static final String LOGS = "/containerLogs/";
  private static final Pattern SINCE = Pattern.compile("sinceTime=(?<time>[0-9T:-]+)");

  private final HttpsServer server;
  private final KubernetesClient client;
  private final Node node;
  private final Map<String, String> logs = new ConcurrentHashMap<>();

  /** Starts, and registers its node. */
  public FakeKubelet(KubernetesClient client) {
    this.client = client;
    Minted secrets =
        new Minted()
            .with("ca", new Entry.Authority("test", true))
            .with("tls", new Entry.Certificate("ca", "node", List.of("node")));
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException("no kubelet for tests", e);
    }
    server.setHttpsConfigurator(
        new HttpsConfigurator(
            Tls.server(secrets.value("tls", "tls.crt"), secrets.value("tls", "tls.key"))));
    server.createContext(LOGS, this::log);
    server.start();
    node =
        client
            .resource(
                new NodeBuilder()
                    .withNewMetadata()
                    .withName("node-" + UUID.randomUUID().toString().substring(0, 8))
                    .endMetadata()
                    .withNewStatus()
                    .addNewAddress()
                    .withType("InternalIP")
                    .withAddress(server.getAddress().getAddress().getHostAddress())
                    .endAddress()
                    .withNewDaemonEndpoints()
                    .withNewKubeletEndpoint(server.getAddress().getPort())
                    .endDaemonEndpoints()
                    .endStatus()
                    .build())
            .create();
  }

  /** Name of its node. */
  public String node() {
    return node.getMetadata().getName();
  }

  /** What the only container of a pod wrote, each line with its time; also before it restarted. */
  public void wrote(String pod, String log) {
    logs.put(pod, log);
  }

  private void log(HttpExchange exchange) throws IOException {
    String pod = exchange.getRequestURI().getPath().split("/")[3];
    Matcher since =
        SINCE.matcher(Objects.requireNonNullElse(exchange.getRequestURI().getQuery(), ""));
    String from = since.find() ? since.group("time") : "";
    byte[] text =
        logs.getOrDefault(pod, "")
            .lines()
            .filter(line -> line.replaceFirst(" ", "T").compareTo(from) >= 0)
            .collect(Collectors.joining("\n"))
            .getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(200, text.length == 0 ? -1 : text.length);
      exchange.getResponseBody().write(text);
    }
  }

  @Override
  public void close() {
    client.resource(node).delete();
    server.stop(0);
  }
}
