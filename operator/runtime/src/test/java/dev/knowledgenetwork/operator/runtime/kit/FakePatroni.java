package dev.knowledgenetwork.operator.runtime.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Patroni's REST API as far as the operator uses it, over TLS, with its authentication. */
public final class FakePatroni implements AutoCloseable {

  private static final String SETTINGS = "10-patroni.yml";

  private final ObjectMapper json = new ObjectMapper();
  private final HttpsServer server;
  private final String authorization;
  private volatile List<String> members;
  private volatile ObjectNode config;

  /**
   * Starts with that certificate.
   *
   * @param config its first dynamic configuration
   * @param credentials user:password of unsafe calls
   */
  public FakePatroni(
      String certificate, String key, List<String> members, JsonNode config, String credentials) {
    this.members = List.copyOf(members);
    this.config = config.deepCopy();
    this.authorization =
        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException("no Patroni for tests", e);
    }
    server.setHttpsConfigurator(new HttpsConfigurator(Tls.server(certificate, key)));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/cluster", exchange -> answer(exchange, 200, cluster()));
    server.createContext("/config", this::config);
    server.createContext("/switchover", this::switchover);
    server.start();
  }

  /** That of a shard, with the settings, certificate and login that the operator gave it. */
  public static FakePatroni of(KubernetesClient client, StatefulSet shard) {
    String namespace = shard.getMetadata().getNamespace();
    String name = shard.getMetadata().getName();
    String owner = shard.getMetadata().getLabels().get("knowledgenetwork.dev/shardset");
    Map<String, String> tls = texts(client, namespace, name + "-tls");
    Map<String, String> superuser = texts(client, namespace, owner + "-superuser");
    String settings =
        client.configMaps().inNamespace(namespace).withName(name).get().getData().get(SETTINGS);
    return new FakePatroni(
        tls.get("tls.crt"),
        tls.get("tls.key"),
        IntStream.range(0, shard.getSpec().getReplicas()).mapToObj(n -> name + "-" + n).toList(),
        Serialization.unmarshal(settings, JsonNode.class).path("bootstrap").path("dcs"),
        superuser.get("rest-username") + ":" + superuser.get("rest-password"));
  }

  private static Map<String, String> texts(KubernetesClient client, String namespace, String name) {
    return client
        .secrets()
        .inNamespace(namespace)
        .withName(name)
        .get()
        .getData()
        .entrySet()
        .stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry ->
                    new String(
                        Base64.getDecoder().decode(entry.getValue()), StandardCharsets.UTF_8)));
  }

  /** Where it listens, on this machine. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** The dynamic configuration now. */
  public JsonNode config() {
    return config;
  }

  /** Sets a key as somebody else would. */
  public void set(String key, int value) {
    ObjectNode changed = config.deepCopy();
    changed.put(key, value);
    config = changed;
  }

  /** The first is the leader from now on. */
  public void members(List<String> names) {
    members = List.copyOf(names);
  }

  private JsonNode cluster() {
    ObjectNode cluster = json.createObjectNode();
    var list = cluster.putArray("members");
    for (int i = 0; i < members.size(); i++) {
      list.addObject()
          .put("name", members.get(i))
          .put("role", i == 0 ? "leader" : "quorum_standby")
          .put("state", i == 0 ? "running" : "streaming")
          .put("lag", System.nanoTime() % 100);
    }
    return cluster;
  }

  /** As Patroni: only from the present leader, only to another member. */
  private void switchover(HttpExchange exchange) throws IOException {
    if (refused(exchange)) {
      return;
    }
    JsonNode wish = json.readTree(exchange.getRequestBody());
    List<String> now = new ArrayList<>(members);
    String candidate = wish.path("candidate").asText();
    if (!wish.path("leader").asText().equals(now.getFirst()) || !now.remove(candidate)) {
      answer(exchange, 412, json.createObjectNode());
      return;
    }
    now.addFirst(candidate);
    members = List.copyOf(now);
    answer(exchange, 200, json.createObjectNode());
  }

  private boolean refused(HttpExchange exchange) throws IOException {
    if (authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      return false;
    }
    answer(exchange, 401, json.createObjectNode());
    return true;
  }

  private void config(HttpExchange exchange) throws IOException {
    if (exchange.getRequestMethod().equals("PATCH")) {
      if (refused(exchange)) {
        return;
      }
      ObjectNode changed = config.deepCopy();
      merge(changed, json.readTree(exchange.getRequestBody()));
      config = changed;
    }
    answer(exchange, 200, config);
  }

  private static void merge(ObjectNode into, JsonNode changes) {
    changes
        .properties()
        .forEach(
            change -> {
              if (change.getValue().isObject() && into.path(change.getKey()).isObject()) {
                merge((ObjectNode) into.get(change.getKey()), change.getValue());
              } else {
                into.set(change.getKey(), change.getValue());
              }
            });
  }

  private void answer(HttpExchange exchange, int code, JsonNode body) throws IOException {
    byte[] bytes = json.writeValueAsBytes(body);
    // Patroni speaks HTTP/1.0: it ends each connection with its answer.
    exchange.getResponseHeaders().set("Connection", "close");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
