package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.Backends;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.Objects;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The life of a whole platform, from ten lines of YAML to its deletion, with real databases and a
 * real cache behind the API. One object, walked through in order.
 */
@ExtendWith(ApiServer.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PlatformIT {

  private static final String SERVICE_MONITORS =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: servicemonitors.monitoring.coreos.com}
      spec:
        group: monitoring.coreos.com
        scope: Namespaced
        names: {kind: ServiceMonitor, plural: servicemonitors, singular: servicemonitor}
        versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      """;

  private final ApiServer server;
  private final KubernetesClient client;
  private String namespace = "";
  private FakeCluster cluster;
  private Backends backends;
  private OperatorUnderTest operator;

  PlatformIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
  }

  @BeforeAll
  void start() {
    namespace = server.namespace("platform");
    cluster = new FakeCluster(server, namespace);
    backends = new Backends(client, namespace);
    operator = OperatorUnderTest.start(server, backends, "operator");
  }

  @AfterAll
  void stop() {
    operator.close();
    backends.close();
    cluster.close();
  }

  @Test
  @Order(1)
  void becomesReady() throws SQLException {
    KnowledgeNetwork network = new KnowledgeNetwork();
    network.setMetadata(new ObjectMetaBuilder().withName("demo").withNamespace(namespace).build());
    client.resource(network).create();
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(
            () ->
                assertThat(ready(KnowledgeNetwork.class))
                    .as(
                        () ->
                            conditions(KnowledgeNetwork.class)
                                + conditions(ShardSet.class)
                                + conditions(CacheTier.class))
                    .isTrue());
    assertThat(ready(ShardSet.class)).isTrue();
    assertThat(ready(CacheTier.class)).isTrue();
    try (Connection connection = backends.postgres("demo", "s0").connect("kn");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select cluster_id, shard from kn.identity")) {
      row.next();
      assertThat(row.getString("shard")).isEqualTo("s0");
      assertThat(row.getString("cluster_id")).isEqualTo(shardSet().getStatus().clusterId());
    }
  }

  @Test
  @Order(2)
  void atRestNothingIsWritten() {
    quiet();
    Map<String, Long> before = operator.writes();
    long passes = operator.reconciliations();
    for (int i = 0; i < 10; i++) {
      int turn = i;
      client
          .resources(KnowledgeNetwork.class)
          .inNamespace(namespace)
          .withName("demo")
          .edit(network -> annotated(network, Integer.toString(turn)));
      client
          .resources(ShardSet.class)
          .inNamespace(namespace)
          .withName("demo")
          .edit(set -> annotated(set, Integer.toString(turn)));
      await().until(() -> operator.reconciliations() >= passes + 2 * (turn + 1));
    }
    assertThat(operator.writes()).isEqualTo(before);
  }

  @Test
  @Order(3)
  void eventsWereTold() {
    List<Event> events = client.events().v1().events().inNamespace(namespace).list().getItems();
    assertThat(events)
        .extracting(event -> event.getRegarding().getKind() + " " + event.getReason())
        .contains("KnowledgeNetwork Accepted", "KnowledgeNetwork Ready", "ShardSet Ready");
    assertThat(events)
        .as("what is told again is counted")
        .extracting(
            event ->
                "%s %s: %s"
                    .formatted(event.getRegarding().getKind(), event.getReason(), event.getNote()))
        .doesNotHaveDuplicates();
  }

  /** As the Service Binding specification has it. */
  @Test
  @Order(3)
  void eachKindNamesASecretWithAllThatAnApplicationNeeds() {
    Map<String, String> database = secret(shardSet().getStatus().binding().name());
    Map<String, String> login = secret("demo-app");
    assertThat(database)
        .containsEntry("type", "postgresql")
        .containsEntry("username", login.get("username"))
        .containsEntry("password", login.get("password"))
        .containsEntry(
            "uri",
            "postgresql://%s:%s@demo-pooler.%s.svc:6432/kn_s0?sslmode=verify-full"
                .formatted(login.get("username"), login.get("password"), namespace))
        .containsEntry("ca.crt", secret("demo-db-ca").get("tls.crt"));
    assertThat(secret("demo-cache-binding"))
        .containsEntry("type", "redis")
        .containsEntry("password", secret("demo-cache-auth").get("password"))
        .containsKeys("host", "port", "uri", "ca.crt");
    assertThat(secret("demo-api-binding"))
        .containsEntry("uri", "https://demo-api.%s.svc:8443".formatted(namespace))
        .containsEntry("ca.crt", secret("demo-api-ca").get("tls.crt"));
  }

  private Map<String, String> secret(String name) {
    Map<String, String> texts = new TreeMap<>();
    client
        .secrets()
        .inNamespace(namespace)
        .withName(name)
        .get()
        .getData()
        .forEach(
            (key, value) ->
                texts.put(
                    key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    return texts;
  }

  @Test
  @Order(4)
  void aChangedSettingOfPatroniIsSetBack() {
    backends.patroni("demo", "s0").set("ttl", 77);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> backends.patroni("demo", "s0").config().path("ttl").asInt() == 20);
    quiet();
  }

  @Test
  @Order(5)
  void aRestartedOperatorFindsAllAsItShouldBe() {
    operator.close();
    operator = OperatorUnderTest.start(server, backends, "operator");
    await().atMost(Duration.ofSeconds(30)).until(() -> operator.reconciliations() >= 3);
    quiet();
    assertThat(operator.writes()).isEmpty();
    assertThat(ready(KnowledgeNetwork.class)).isTrue();
  }

  @Test
  @Order(6)
  void anInvalidChangeDisturbsNothing() {
    List<StatefulSet> before = databases();
    profile("Medium");
    await().untilAsserted(() -> assertThat(stalled()).isEqualTo("ProfileOutOfReach"));
    assertThat(databases()).isEqualTo(before);
    profile("Development");
    await().untilAsserted(() -> assertThat(stalled()).isEmpty());
    assertThat(databases()).isEqualTo(before);
    quiet();
  }

  @Test
  @Order(7)
  void aMissingMonitoringApiDoesNotStopPruning() {
    patch("{\"spec\":{\"observability\":{\"serviceMonitor\":true}}}");
    await().untilAsserted(() -> assertThat(missing()).isEqualTo("ServiceMonitorMissing"));
    ConfigMap leftOver =
        client.configMaps().inNamespace(namespace).list().getItems().stream()
            .filter(
                map ->
                    map.getMetadata().getOwnerReferences().stream()
                        .anyMatch(reference -> reference.getKind().equals("KnowledgeNetwork")))
            .findFirst()
            .orElseThrow();
    leftOver.setMetadata(
        new ObjectMetaBuilder(leftOver.getMetadata())
            .withName("left-over")
            .withResourceVersion(null)
            .withUid(null)
            .build());
    client.resource(leftOver).create();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> client.configMaps().inNamespace(namespace).withName("left-over").get() == null);
  }

  @Test
  @Order(8)
  void aMonitoringApiInstalledLaterIsFound() {
    CustomResourceDefinition monitors =
        Serialization.unmarshal(SERVICE_MONITORS, CustomResourceDefinition.class);
    client.resource(monitors).create();
    // Known beforehand: until the API server serves it, it can tell nothing of it but 404.
    ResourceDefinitionContext kind = CustomResourceDefinitionContext.fromCrd(monitors);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                client
                        .genericKubernetesResources(kind)
                        .inNamespace(namespace)
                        .withName("demo")
                        .get()
                    != null);
    quiet();
  }

  @Test
  @Order(9)
  void withoutTheDeletionPolicyTheDataStays() {
    client.resources(KnowledgeNetwork.class).inNamespace(namespace).withName("demo").delete();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(new Objects(client).names(namespace))
                    .containsExactlyInAnyOrder(
                        "PersistentVolumeClaim/data-demo-s0-0",
                        "PersistentVolumeClaim/data-demo-s1-0",
                        "Secret/demo-superuser",
                        "Secret/demo-db-ca",
                        "Secret/demo-app",
                        "Secret/demo-migrate",
                        "Secret/demo-topology",
                        "Endpoints/demo-s0-config",
                        "Endpoints/demo-s0-sync",
                        "Endpoints/demo-s1-config",
                        "Endpoints/demo-s1-sync",
                        "Endpoints/demo-s0",
                        "Endpoints/demo-s1",
                        "Service/demo-s0",
                        "Service/demo-s1"));
  }

  private List<StatefulSet> databases() {
    return client.apps().statefulSets().inNamespace(namespace).list().getItems();
  }

  /** Every profile but Development needs an issuer. */
  private void profile(String profile) {
    String auth =
        profile.equals("Development")
            ? "{\"mode\":\"Development\",\"oidc\":null}"
            : "{\"mode\":\"Oidc\",\"oidc\":{\"issuer\":\"https://login.example.org\","
                + "\"jwksUri\":\"https://login.example.org/keys\"}}";
    patch("{\"spec\":{\"profile\":\"%s\",\"security\":{\"auth\":%s}}}".formatted(profile, auth));
  }

  private void patch(String merge) {
    client
        .resources(KnowledgeNetwork.class)
        .inNamespace(namespace)
        .withName("demo")
        .patch(PatchContext.of(PatchType.JSON_MERGE), merge);
  }

  /** The reason of Stalled while it is true. */
  private String stalled() {
    return reason("Stalled");
  }

  /** The reason of DependencyMissing while it is true. */
  private String missing() {
    return reason("DependencyMissing");
  }

  private String reason(String type) {
    return client
        .resources(KnowledgeNetwork.class)
        .inNamespace(namespace)
        .withName("demo")
        .get()
        .getStatus()
        .conditions()
        .stream()
        .filter(c -> c.type().equals(type) && c.status() == ConditionStatus.TRUE)
        .map(Condition::reason)
        .findFirst()
        .orElse("");
  }

  private void quiet() {
    operator.awaitQuiet(Duration.ofSeconds(3), Duration.ofSeconds(30));
  }

  private <P extends CustomResource<?, ? extends Conditioned>> boolean ready(Class<P> type) {
    P object = client.resources(type).inNamespace(namespace).withName("demo").get();
    return object != null
        && object.getStatus() != null
        && object.getStatus().conditions().stream()
            .anyMatch(c -> c.type().equals("Ready") && c.status() == ConditionStatus.TRUE);
  }

  private <P extends CustomResource<?, ? extends Conditioned>> String conditions(Class<P> type) {
    P object = client.resources(type).inNamespace(namespace).withName("demo").get();
    return type.getSimpleName() + "\n" + (object == null ? null : object.getStatus()) + "\n";
  }

  private ShardSet shardSet() {
    return client.resources(ShardSet.class).inNamespace(namespace).withName("demo").get();
  }

  private static <P extends CustomResource<?, ?>> P annotated(P object, String value) {
    Map<String, String> annotations = new HashMap<>();
    if (object.getMetadata().getAnnotations() != null) {
      annotations.putAll(object.getMetadata().getAnnotations());
    }
    annotations.put("knowledgenetwork.dev/reconcile-now", value);
    object.getMetadata().setAnnotations(annotations);
    return object;
  }
}
