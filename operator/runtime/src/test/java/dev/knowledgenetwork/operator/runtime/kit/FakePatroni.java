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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Patroni's REST API as far as the operator uses it, over TLS, with its authentication. Who leads
 * goes on until it hands over, or is lost; who is made anew, or handed over, follows a while later.
 */
public final class FakePatroni implements AutoCloseable {

  private static final String SETTINGS = "10-patroni.yml";

  private final ObjectMapper json = new ObjectMapper();
  private final HttpsServer server;
  private volatile String authorization;
  private final List<String> story = new CopyOnWriteArrayList<>();
  private volatile List<String> members;
  private volatile Set<String> serving;
  private volatile ObjectNode config;
  private volatile Wire wire = Wire.OPEN;
  private volatile Consumer<String> promotion = name -> {};
  private volatile long timeline = 1;
  private volatile Set<String> behind = Set.of();
  private volatile Set<String> empty = Set.of();
  private volatile boolean configured = true;
  private boolean led;

  /** What is between Patroni and whoever wants something changed. */
  public interface Wire {

    /** Nothing is in the way, and nobody takes note. */
    Wire OPEN = request -> true;

    /** Whether a request gets through; asked before anything is done for it. */
    boolean admits(String request);

    /** It has been done, and the answer is about to be sent. */
    default void done() {}
  }

  /**
   * Starts with that certificate.
   *
   * @param config its first dynamic configuration
   * @param credentials user:password of unsafe calls
   */
  public FakePatroni(
      String certificate, String key, List<String> members, JsonNode config, String credentials) {
    this.members = List.copyOf(members);
    this.serving = Set.copyOf(members);
    this.config = config.deepCopy();
    this.authorization = basic(credentials);
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException("no Patroni for tests", e);
    }
    server.setHttpsConfigurator(new HttpsConfigurator(Tls.server(certificate, key)));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/cluster", exchange -> answer(exchange, 200, cluster()));
    server.createContext("/config", this::config);
    server.createContext("/patroni", exchange -> answer(exchange, 200, itself(exchange)));
    server.createContext("/switchover", this::switchover);
    server.start();
  }

  /** Instances that were started with other credentials, user:password, let these in. */
  void authorize(String credentials) {
    authorization = basic(credentials);
  }

  private static String basic(String credentials) {
    return "Basic "
        + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
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

  /** Who wants something changed goes through that from now on. */
  public void wire(Wire wire) {
    this.wire = wire;
  }

  /** What happens just before another one leads; it is told its name. */
  void beforePromotion(Consumer<String> action) {
    promotion = action;
  }

  /** Those have yet to come to the timeline of who leads; the others are on it. */
  public void behind(Set<String> pods) {
    behind = Set.copyOf(pods);
  }

  /** Those have no database in their volumes, and wait for one to copy from. */
  public void empty(Set<String> pods) {
    empty = Set.copyOf(pods);
  }

  /** Nobody has written its configuration to what it remembers, as before the first database. */
  public void unconfigured() {
    configured = false;
  }

  /** Who leads, or led last. */
  public String leader() {
    return members.getFirst();
  }

  /** What happened to the leader, in its order. */
  public List<String> story() {
    return List.copyOf(story);
  }

  /** The instances are these now; who leads and serves no longer is followed by one that does. */
  public synchronized void follow(List<String> present, Set<String> ready) {
    List<String> now = new ArrayList<>(members);
    present.stream().filter(name -> !now.contains(name)).forEach(now::add);
    now.removeIf(name -> !present.contains(name) && !name.equals(members.getFirst()));
    String leader = now.getFirst();
    led |= ready.contains(leader);
    if (led && !ready.contains(leader)) {
      now.stream()
          .skip(1)
          .filter(serving::contains)
          .filter(ready::contains)
          .findFirst()
          .ifPresent(
              next -> {
                story.add("%s is lost, %s leads".formatted(leader, next));
                now.remove(next);
                now.addFirst(next);
              });
    }
    members = List.copyOf(now);
    serving = Set.copyOf(ready);
  }

  private JsonNode cluster() {
    ObjectNode cluster = json.createObjectNode();
    var list = cluster.putArray("members");
    List<String> now = members;
    for (String name : now) {
      boolean leads = name.equals(now.getFirst()) && !empty.contains(name);
      list.addObject()
          .put("name", name)
          .put("role", leads ? "leader" : "quorum_standby")
          .put("state", empty.contains(name) ? "stopped" : state(leads, serving.contains(name)))
          .put("lag", System.nanoTime() % 100);
    }
    return cluster;
  }

  /** What a member says of itself: whom the request names. */
  private JsonNode itself(HttpExchange exchange) {
    String pod = exchange.getRequestHeaders().getFirst("Host").replaceFirst("[.:].*", "");
    return json.createObjectNode()
        .put("role", empty.contains(pod) ? "uninitialized" : "replica")
        .put("timeline", behind.contains(pod) ? timeline - 1 : timeline);
  }

  private static String state(boolean leads, boolean serves) {
    if (!serves) {
      return "starting";
    }
    return leads ? "running" : "streaming";
  }

  /** As Patroni: only from the present leader, only to another member that follows. */
  private void switchover(HttpExchange exchange) throws IOException {
    Wire through = wire;
    if (refused(exchange) || lost(exchange, through, "POST /switchover")) {
      return;
    }
    JsonNode wish = json.readTree(exchange.getRequestBody());
    boolean done = handOver(wish.path("leader").asText(), wish.path("candidate").asText());
    through.done();
    answer(exchange, done ? 200 : 412, json.createObjectNode());
  }

  /** Whether it came about: the one must lead, and the other follow. */
  public synchronized boolean handOver(String from, String to) {
    List<String> now = new ArrayList<>(members);
    if (!from.equals(now.getFirst()) || !serving.contains(to) || !now.remove(to)) {
      return false;
    }
    promotion.accept(to);
    story.add("%s hands over to %s".formatted(from, to));
    timeline++;
    now.addFirst(to);
    Set<String> others = new HashSet<>(serving);
    others.remove(from);
    members = List.copyOf(now);
    serving = Set.copyOf(others);
    return true;
  }

  /** A request that does not get through has no answer either. */
  private static boolean lost(HttpExchange exchange, Wire through, String request) {
    if (through.admits(request)) {
      return false;
    }
    exchange.close();
    return true;
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
      Wire through = wire;
      if (refused(exchange) || lost(exchange, through, "PATCH /config")) {
        return;
      }
      ObjectNode changed = config.deepCopy();
      merge(changed, json.readTree(exchange.getRequestBody()));
      config = changed;
      through.done();
    }
    answer(exchange, configured ? 200 : 502, configured ? config : json.createObjectNode());
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
