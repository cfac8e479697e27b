package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testkit.Cluster;
import dev.knowledgenetwork.testkit.Platform;
import dev.knowledgenetwork.testkit.Prober;
import dev.knowledgenetwork.testkit.Processes;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who may reach whom, in which tongue, and where no password may ever stand. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IsolationE2E {

  private static final String INTRUDERS = "e2e-intruders";

  private final Cluster cluster = Cluster.open();
  private final Platform platform = new Platform(cluster, "e2e-isolation", "iso");

  @BeforeAll
  void apply() throws Exception {
    platform.apply("profile: Development\ndeletionPolicy: Delete");
    platform.awaitReady();
    assertThat(
            platform
                .api("acme", "ada")
                .patient()
                .create("One", "so that all parts have spoken")
                .status())
        .isEqualTo(201);
  }

  @AfterAll
  void delete() {
    cluster.deleteNamespace(INTRUDERS);
    cluster.deleteNamespace(platform.namespace());
    cluster.close();
  }

  @Test
  void aPodOfAnotherNamespaceReachesOnlyTheApi() {
    Prober stranger = Prober.start(cluster, INTRUDERS, "stranger", image(), Map.of());
    Prober masked =
        Prober.start(
            cluster,
            INTRUDERS,
            "masked",
            image(),
            Map.of(
                "knowledgenetwork.dev/database-client", "iso",
                "knowledgenetwork.dev/cache-client", "iso"));
    Prober neighbour = Prober.start(cluster, platform.namespace(), "neighbour", image(), Map.of());
    for (Prober prober : List.of(stranger, masked, neighbour)) {
      for (Target target : closed()) {
        assertThat(prober.reaches(target.address(), target.port())).as(target.toString()).isFalse();
      }
      assertThat(prober.reaches(address("api"), 8443)).as("the public API").isTrue();
    }
    Prober client =
        Prober.start(
            cluster,
            platform.namespace(),
            "client",
            image(),
            Map.of(
                "knowledgenetwork.dev/database-client", "iso",
                "knowledgenetwork.dev/cache-client", "iso"));
    for (Target target : open()) {
      // The policies of a pod that has just started follow within a moment.
      Awaitility.await("a client to reach " + target)
          .atMost(Duration.ofMinutes(1))
          .until(() -> client.reaches(target.address(), target.port()));
    }
  }

  @Test
  void everyConnectionToPostgresIsEncrypted() throws SQLException {
    String remote =
        " from pg_stat_ssl s join pg_stat_activity a using (pid) where a.client_addr is not null";
    assertThat(platform.sql("s0", "select count(*)" + remote + " and not s.ssl"))
        .containsExactly("0");
    assertThat(platform.sql("s0", "select distinct s.version" + remote)).containsExactly("TLSv1.3");
  }

  @Test
  void nobodyAnswersInPlainText() throws Exception {
    assertThat(plainPostgres("postgres", 5432)).contains("no encryption");
    assertThat(plainPostgres("pooler", 6432)).containsIgnoringCase("SSL required");
    assertThat(plain("valkey", 6379, "PING\r\n")).doesNotContain("PONG").doesNotContain("NOAUTH");
    assertThat(plain("postgres", 8008, "GET /patroni HTTP/1.0\r\n\r\n")).doesNotContain("patroni");
    assertThat(plain("api", 8443, "GET /api/v1/documents HTTP/1.0\r\n\r\n"))
        .doesNotContain("200 OK")
        .doesNotContain("application/problem+json");
  }

  @Test
  void noPasswordStandsWhereItCanBeRead() {
    Map<String, String> secrets = secretValues();
    // Only the number: a failure must not print them.
    assertThat(secrets.size()).isGreaterThan(5);
    Map<String, String> places = new TreeMap<>();
    List<Pod> pods = new ArrayList<>(cluster.pods(platform.namespace(), Map.of()));
    pods.addAll(cluster.pods(Cluster.OPERATOR_NAMESPACE, Cluster.OPERATOR_LABELS));
    for (Pod pod : pods) {
      String name = pod.getMetadata().getName();
      places.put("spec of " + name, Serialization.asYaml(pod));
      Processes.of(pod)
          .forEach(
              process ->
                  places.put(
                      "process " + process.pid() + " of " + name,
                      process.commandLine() + "\n" + process.environment()));
      pod.getStatus()
          .getContainerStatuses()
          .forEach(
              container ->
                  places.put(
                      "log of " + name + "/" + container.getName(),
                      cluster
                          .client()
                          .pods()
                          .resource(pod)
                          .inContainer(container.getName())
                          .getLog()));
    }
    Stream.of(platform.network(), platform.shardSet(), platform.cacheTier())
        .forEach(
            object ->
                places.put("object " + object, Serialization.asYaml(object.get().orElseThrow())));
    cluster
        .client()
        .configMaps()
        .inNamespace(platform.namespace())
        .list()
        .getItems()
        .forEach(
            map ->
                places.put("ConfigMap " + map.getMetadata().getName(), Serialization.asYaml(map)));
    places.put(
        "events",
        Serialization.asYaml(
            cluster.client().v1().events().inNamespace(platform.namespace()).list()));
    assertThat(places.keySet()).anyMatch(place -> place.startsWith("process "));
    places.forEach(
        (place, text) ->
            secrets.forEach(
                (secret, value) ->
                    assertThat(text.contains(value)).as(secret + " in " + place).isFalse()));
  }

  private record Target(String what, String address, int port) {}

  private List<Target> open() {
    return List.of(
        new Target("postgres", address("postgres"), 5432),
        new Target("pooler", address("pooler"), 6432),
        new Target("valkey", address("valkey"), 6379));
  }

  private List<Target> closed() {
    List<Target> targets = new ArrayList<>(open());
    targets.add(new Target("patroni", address("postgres"), 8008));
    targets.add(new Target("api management", address("api"), 9000));
    cluster
        .pods(Cluster.OPERATOR_NAMESPACE, Cluster.OPERATOR_LABELS)
        .forEach(pod -> targets.add(new Target("operator", pod.getStatus().getPodIP(), 8080)));
    return targets;
  }

  private Pod pod(String component) {
    return cluster
        .pods(platform.namespace(), Map.of("app.kubernetes.io/name", component))
        .getFirst();
  }

  private String address(String component) {
    return pod(component).getStatus().getPodIP();
  }

  private String image() {
    return pod("postgres").getSpec().getContainers().getFirst().getImage();
  }

  private String plainPostgres(String component, int port) throws Exception {
    try (LocalPortForward forward =
        cluster.client().pods().resource(pod(component)).portForward(port)) {
      String url =
          "jdbc:postgresql://127.0.0.1:%d/%s?sslmode=disable&user=kn_app&password=x&connectTimeout=20&socketTimeout=20"
              .formatted(forward.getLocalPort(), port == 6432 ? "kn_s0" : "kn");
      try (var connection = DriverManager.getConnection(url)) {
        return "connected";
      } catch (SQLException e) {
        return String.valueOf(e.getMessage());
      }
    }
  }

  private String plain(String component, int port, String request) throws Exception {
    try (LocalPortForward forward =
            cluster.client().pods().resource(pod(component)).portForward(port);
        Socket socket = new Socket("127.0.0.1", forward.getLocalPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      try {
        byte[] answer = new byte[200];
        int length = socket.getInputStream().read(answer);
        return length < 0 ? "" : new String(answer, 0, length, StandardCharsets.ISO_8859_1);
      } catch (java.io.IOException e) {
        return "";
      }
    }
  }

  /** Every secret text of the platform: passwords and private keys. */
  private Map<String, String> secretValues() {
    Map<String, String> values = new TreeMap<>();
    Set<String> passwords = Set.of("password", "rest-password");
    cluster
        .client()
        .secrets()
        .inNamespace(platform.namespace())
        .list()
        .getItems()
        .forEach(
            secret ->
                platform
                    .secret(secret.getMetadata().getName())
                    .forEach(
                        (key, bytes) -> {
                          String text = new String(bytes, StandardCharsets.UTF_8);
                          String name = secret.getMetadata().getName() + "/" + key;
                          if (passwords.contains(key)) {
                            values.put(name, text);
                          } else if (key.equals("tls.key") || key.equals("private.pem")) {
                            values.put(name, text.lines().skip(1).findFirst().orElseThrow());
                          }
                        }));
    return values;
  }
}
