package dev.knowledgenetwork.testkit;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.awaitility.Awaitility;

/** A KnowledgeNetwork with the ShardSet and the CacheTier of the same name. */
public final class Platform {

  /** Half a minute where it is alone; others that start beside it share its two cores. */
  public static final Duration READY = Duration.ofMinutes(6);

  private final Cluster cluster;
  private final String namespace;
  private final String name;

  public Platform(Cluster cluster, String namespace, String name) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.name = name;
  }

  /** Applies a KnowledgeNetwork with this spec (YAML) into the namespace, which is made. */
  public void apply(String specYaml) {
    cluster.namespace(namespace);
    cluster.apply(namespace, manifest("KnowledgeNetwork", specYaml));
  }

  /** A manifest of one of our kinds with this platform's name. */
  public GenericKubernetesResource manifest(String kind, String specYaml) {
    return Serialization.unmarshal(
        """
        apiVersion: knowledgenetwork.dev/v1alpha1
        kind: %s
        metadata: {name: %s}
        spec:
        %s
        """
            .formatted(kind, name, specYaml.stripTrailing().indent(2)),
        GenericKubernetesResource.class);
  }

  public String namespace() {
    return namespace;
  }

  public String name() {
    return name;
  }

  /** The reasons of all Events in the namespace, as often as each was told. */
  public List<String> reasons() {
    return cluster.client().events().v1().events().inNamespace(namespace).list().getItems().stream()
        .flatMap(event -> Collections.nCopies(times(event), event.getReason()).stream())
        .toList();
  }

  private static int times(Event event) {
    return event.getSeries() == null ? 1 : event.getSeries().getCount();
  }

  /** All Jobs in the namespace. */
  public List<Job> jobs() {
    return cluster.client().batch().v1().jobs().inNamespace(namespace).list().getItems();
  }

  public CustomObject network() {
    return cluster.object("KnowledgeNetwork", namespace, name);
  }

  public CustomObject shardSet() {
    return cluster.object("ShardSet", namespace, name);
  }

  public CustomObject cacheTier() {
    return cluster.object("CacheTier", namespace, name);
  }

  /** Waits until the whole platform is Ready; at most {@link #READY}. */
  public void awaitReady() {
    awaitReady(READY);
  }

  /** Waits until the whole platform is Ready. */
  public void awaitReady(Duration atMost) {
    network().awaitReady(atMost);
  }

  /** A client of the API for a user of a tenant, through the Service of the API role. */
  public ApiClient api(String tenant, String user) {
    String service = name + "-api";
    String address =
        cluster
            .client()
            .services()
            .inNamespace(namespace)
            .withName(service)
            .get()
            .getSpec()
            .getClusterIP();
    return new ApiClient(
        URI.create("https://" + address + ":8443"),
        Trust.of(secret(name + "-api-tls").get("ca.crt"), service + "." + namespace + ".svc"),
        token(tenant, user));
  }

  /** A bearer token as {@code ./kn token} makes it. */
  public String token(String tenant, String user) {
    try {
      return DevelopmentToken.sign(secret(name + "-signing-key").get("private.pem"), tenant, user);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign with the development key", e);
    }
  }

  /** The decoded content of a Secret of the namespace. */
  public Map<String, byte[]> secret(String secret) {
    Secret found = cluster.client().secrets().inNamespace(namespace).withName(secret).get();
    if (found == null) {
      throw new AssertionError("no Secret " + namespace + "/" + secret);
    }
    Map<String, byte[]> content = new java.util.TreeMap<>();
    found.getData().forEach((key, value) -> content.put(key, Base64.getDecoder().decode(value)));
    return content;
  }

  /** The pod that holds the lock of a shard; waits up to two minutes for one. */
  public Pod primary(String shard) {
    return Awaitility.await("a primary of " + shard)
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                cluster
                    .pods(
                        namespace,
                        Map.of(
                            "knowledgenetwork.dev/shardset", name,
                            "knowledgenetwork.dev/shard", shard,
                            "knowledgenetwork.dev/role", "primary"))
                    .stream()
                    .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                    .findFirst()
                    .orElse(null),
            pod -> pod != null);
  }

  /**
   * Runs a statement as superuser on a shard's primary, through a port-forward into the pod, and
   * returns the first column as text; nothing where the statement has no result.
   */
  public List<String> sql(String shard, String command) throws SQLException {
    String pod = primary(shard).getMetadata().getName();
    Map<String, byte[]> superuser = secret(name + "-superuser");
    try (LocalPortForward forward =
            cluster.client().pods().inNamespace(namespace).withName(pod).portForward(5432);
        Connection connection = connect(forward.getLocalPort(), superuser);
        Statement statement = connection.createStatement()) {
      List<String> values = new ArrayList<>();
      if (statement.execute(command)) {
        ResultSet rows = statement.getResultSet();
        while (rows.next()) {
          values.add(String.valueOf(rows.getString(1)));
        }
      }
      return values;
    } catch (java.io.IOException e) {
      throw new SQLException("port-forward to " + pod + " failed", e);
    }
  }

  /** Whether a shard's primary lets in who has the username and password of a Secret. */
  public boolean logsIn(String shard, String secret) {
    String pod = primary(shard).getMetadata().getName();
    try (LocalPortForward forward =
            cluster.client().pods().inNamespace(namespace).withName(pod).portForward(5432);
        Connection connection = connect(forward.getLocalPort(), secret(secret))) {
      return connection.isValid(5);
    } catch (SQLException | java.io.IOException e) {
      return false;
    }
  }

  private static Connection connect(int port, Map<String, byte[]> superuser) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", text(superuser.get("username")));
    properties.setProperty("password", text(superuser.get("password")));
    // The tunnel ends inside the pod, so the name cannot be verified; that TLS is spoken is.
    properties.setProperty("sslmode", "require");
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("socketTimeout", "30");
    return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/kn", properties);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
