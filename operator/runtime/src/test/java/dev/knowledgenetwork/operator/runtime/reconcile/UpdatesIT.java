package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.Backends;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A platform that one version of the operator made, in the hands of the next. */
@ExtendWith(ApiServer.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UpdatesIT {

  private static final Images NEWER =
      new Images("kn.local/postgres:2", "kn.local/pooler:2", "kn.local/valkey:2", "kn.local/app:2");
  private static final List<Class<? extends CustomResource<?, ? extends Conditioned>>> KINDS =
      List.of(ShardSet.class, CacheTier.class, KnowledgeNetwork.class);

  private final ApiServer server;
  private final KubernetesClient client;
  private String namespace = "";
  private FakeCluster cluster;
  private Backends backends;
  private OperatorUnderTest operator;

  UpdatesIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
  }

  @BeforeAll
  void makeThePlatform() {
    namespace = server.namespace("updates");
    cluster = new FakeCluster(server, namespace);
    backends = new Backends(client, namespace);
    operator = OperatorUnderTest.start(server, backends, "operator");
    KnowledgeNetwork network = new KnowledgeNetwork();
    network.setMetadata(new ObjectMetaBuilder().withName("demo").withNamespace(namespace).build());
    client.resource(network).create();
    await()
        .atMost(Duration.ofSeconds(120))
        .until(() -> KINDS.stream().allMatch(kind -> is(kind, "Ready", ConditionStatus.TRUE)));
    quiet();
  }

  @AfterAll
  void stop() {
    operator.close();
    backends.close();
    cluster.close();
  }

  @Test
  @Order(1)
  void theNextVersionWritesNothingToWhatRunsAndTellsOfTheUpdate() {
    Map<String, String> before = versions();
    operator.close();
    operator = OperatorUnderTest.start(server, backends, "operator", NEWER);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                KINDS.stream().allMatch(kind -> is(kind, "UpdateAvailable", ConditionStatus.TRUE)));
    quiet();
    assertThat(versions()).isEqualTo(before);
    assertThat(images())
        .containsOnlyKeys(
            "demo-s0",
            "demo-s1",
            "demo-pooler",
            "demo-valkey",
            "demo-api",
            "demo-realtime",
            "demo-worker");
    assertThat(images().values()).allMatch(image -> image.endsWith(":1"));
    for (var kind : KINDS) {
      assertThat(is(kind, "Ready", ConditionStatus.TRUE)).as(kind.getSimpleName()).isTrue();
      assertThat(is(kind, "Reconciling", ConditionStatus.FALSE)).isTrue();
    }
    restsWithoutWrites();
  }

  @Test
  @Order(2)
  void whatLostItsRecipeIsGivenItBackAndNotRolled() {
    Map<String, Long> generations = generations();
    client
        .apps()
        .statefulSets()
        .inNamespace(namespace)
        .withName("demo-s0")
        .edit(
            set -> {
              set.getMetadata().getAnnotations().remove("knowledgenetwork.dev/applied");
              return set;
            });
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                client
                    .apps()
                    .statefulSets()
                    .inNamespace(namespace)
                    .withName("demo-s0")
                    .get()
                    .getMetadata()
                    .getAnnotations()
                    .containsKey("knowledgenetwork.dev/applied"));
    quiet();
    assertThat(generations()).isEqualTo(generations);
    assertThat(is(ShardSet.class, "UpdateAvailable", ConditionStatus.TRUE)).isTrue();
    restsWithoutWrites();
  }

  @Test
  @Order(3)
  void whatTheAnnotationNamesIsApplied() {
    for (var kind : KINDS) {
      String message = condition(kind, "UpdateAvailable").message();
      annotate(kind, "knowledgenetwork.dev/update", message.replaceFirst(".*=", ""));
    }
    await()
        .atMost(Duration.ofSeconds(120))
        .untilAsserted(() -> assertThat(images().values()).allMatch(image -> image.endsWith(":2")));
    await()
        .atMost(Duration.ofSeconds(120))
        .until(
            () ->
                KINDS.stream()
                    .allMatch(
                        kind ->
                            is(kind, "UpdateAvailable", ConditionStatus.FALSE)
                                && is(kind, "Reconciling", ConditionStatus.FALSE)
                                && is(kind, "Ready", ConditionStatus.TRUE)));
    quiet();
    restsWithoutWrites();
  }

  @ParameterizedTest
  @Order(4)
  @ValueSource(strings = {"14m", "25h", "2d", "899999ms"})
  void theLengthOfAWindowIsBounded(String duration) {
    assertThatThrownBy(() -> tier("0 3 * * SUN", duration))
        .hasMessageContaining("maintenance.window.duration is from 15m to 24h");
  }

  @Test
  @Order(4)
  void aScheduleThatCannotBeIsToldWithAnExample() {
    assertThatThrownBy(() -> tier("@daily", "1h")).hasMessageContaining("should match");
    tier("0 25 * * SUN", "1d");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(told("windowed"))
                    .contains(
                        "spec.maintenance.window.schedule: use five fields of cron in UTC, for"
                            + " example 0 3 * * SUN: Failed to parse cron expression. Value 25 not"
                            + " in range [0, 23]."));
  }

  private List<String> told(String tier) {
    return Optional.ofNullable(
            client
                .resources(CacheTier.class)
                .inNamespace(namespace)
                .withName(tier)
                .get()
                .getStatus())
        .stream()
        .flatMap(status -> status.conditions().stream())
        .map(Condition::message)
        .toList();
  }

  private void tier(String schedule, String duration) {
    CacheTier tier =
        Serialization.unmarshal(
            """
            apiVersion: knowledgenetwork.dev/v1alpha1
            kind: CacheTier
            metadata: {name: windowed}
            spec: {maintenance: {window: {schedule: "%s", duration: %s}}}
            """
                .formatted(schedule, duration),
            CacheTier.class);
    client.resource(tier).inNamespace(namespace).create();
  }

  private void restsWithoutWrites() {
    Map<String, Long> before = operator.writes();
    long passes = operator.reconciliations();
    for (var kind : KINDS) {
      annotate(kind, "knowledgenetwork.dev/reconcile-now", Long.toString(passes));
    }
    await().until(() -> operator.reconciliations() >= passes + KINDS.size());
    assertThat(operator.writes()).isEqualTo(before);
  }

  private <P extends CustomResource<?, ? extends Conditioned>> void annotate(
      Class<P> kind, String key, String value) {
    client
        .resources(kind)
        .inNamespace(namespace)
        .withName("demo")
        .edit(
            object -> {
              Map<String, String> annotations = new HashMap<>();
              if (object.getMetadata().getAnnotations() != null) {
                annotations.putAll(object.getMetadata().getAnnotations());
              }
              annotations.put(key, value);
              object.getMetadata().setAnnotations(annotations);
              return object;
            });
  }

  private Map<String, String> images() {
    Map<String, String> images = new TreeMap<>();
    client
        .apps()
        .statefulSets()
        .inNamespace(namespace)
        .list()
        .getItems()
        .forEach(
            set -> images.put(set.getMetadata().getName(), image(set.getSpec().getTemplate())));
    client
        .apps()
        .deployments()
        .inNamespace(namespace)
        .list()
        .getItems()
        .forEach(
            deployment ->
                images.put(
                    deployment.getMetadata().getName(), image(deployment.getSpec().getTemplate())));
    return images;
  }

  private static String image(PodTemplateSpec template) {
    return template.getSpec().getContainers().getFirst().getImage();
  }

  /** Of all that holds or configures pods. */
  private Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    workloads()
        .forEach(
            object ->
                versions.put(
                    object.getKind() + " " + object.getMetadata().getName(),
                    object.getMetadata().getResourceVersion()));
    return versions;
  }

  private Map<String, Long> generations() {
    Map<String, Long> generations = new TreeMap<>();
    client
        .apps()
        .statefulSets()
        .inNamespace(namespace)
        .list()
        .getItems()
        .forEach(
            set -> generations.put(set.getMetadata().getName(), set.getMetadata().getGeneration()));
    return generations;
  }

  private Stream<HasMetadata> workloads() {
    return Stream.of(
            client.apps().statefulSets().inNamespace(namespace).list().getItems(),
            client.apps().deployments().inNamespace(namespace).list().getItems(),
            client.batch().v1().jobs().inNamespace(namespace).list().getItems(),
            client.configMaps().inNamespace(namespace).list().getItems(),
            client.pods().inNamespace(namespace).list().getItems())
        .flatMap(List::stream);
  }

  private void quiet() {
    operator.awaitQuiet(Duration.ofSeconds(3), Duration.ofSeconds(60));
  }

  private <P extends CustomResource<?, ? extends Conditioned>> boolean is(
      Class<P> kind, String type, ConditionStatus status) {
    P object = client.resources(kind).inNamespace(namespace).withName("demo").get();
    return object != null
        && object.getStatus() != null
        && object.getStatus().conditions().stream()
            .anyMatch(c -> c.type().equals(type) && c.status() == status);
  }

  private <P extends CustomResource<?, ? extends Conditioned>> Condition condition(
      Class<P> kind, String type) {
    return client
        .resources(kind)
        .inNamespace(namespace)
        .withName("demo")
        .get()
        .getStatus()
        .conditions()
        .stream()
        .filter(c -> c.type().equals(type))
        .findFirst()
        .orElseThrow();
  }
}
