package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.operator.runtime.kit.AdmissionPolicy;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.DenyingPolicy;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A policy that changes what the operator asks for must not make the two of them fight. */
@ExtendWith(ApiServer.Extension.class)
class AdmissionIT {

  private static final String POLICY =
      "[{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/0/imagePullPolicy\","
          + "\"value\":\"Always\"},"
          + "{\"op\":\"replace\",\"path\":\"/spec/template/spec/terminationGracePeriodSeconds\","
          + "\"value\":7}]";

  /** In parts of the pod that are the operator's alone. */
  private static final String ADDING =
      "[{\"op\":\"add\",\"path\":\"/spec/template/spec/hostAliases\","
          + "\"value\":[{\"ip\":\"10.0.0.1\",\"hostnames\":[\"policy\"]}]},"
          + "{\"op\":\"add\",\"path\":\"/spec/template/spec/hostPID\",\"value\":true},"
          + "{\"op\":\"replace\",\"path\":\"/spec/template/spec/terminationGracePeriodSeconds\","
          + "\"value\":7}]";

  private final ApiServer server;
  private final KubernetesClient client;
  private String namespace = "";

  AdmissionIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
  }

  @BeforeEach
  void aNamespaceOfItsOwn() {
    namespace = server.namespace("admission");
  }

  /** The next operator would see to it. */
  @AfterEach
  void remove() {
    client.resources(CacheTier.class).inNamespace(namespace).delete();
  }

  @Test
  void whatAPolicyAddsToClosedPartsIsLeftAndCostsNoWriteAtRest() {
    try (AdmissionPolicy policy = new AdmissionPolicy(client, namespace, ADDING);
        FakeCluster cluster = new FakeCluster(server, namespace)) {
      create();
      try (OperatorUnderTest operator =
          OperatorUnderTest.start(server, new NowhereAddresses(), "operator")) {
        await().atMost(Duration.ofSeconds(30)).until(() -> valkey() != null);
        quiet(operator);
        assertThat(operator.writes()).containsEntry("patch statefulsets", 1L);
        rest(operator, 0);
        String image = pod().getContainers().getFirst().getImage();
        client
            .apps()
            .statefulSets()
            .inNamespace(namespace)
            .withName("kn-valkey")
            .edit(
                set -> {
                  PodSpec spec = set.getSpec().getTemplate().getSpec();
                  spec.getContainers().getFirst().setImage("other");
                  spec.setHostIPC(true);
                  return set;
                });
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(
                () -> {
                  assertThat(pod().getHostIPC()).isNull();
                  assertThat(pod().getContainers().getFirst().getImage()).isEqualTo(image);
                });
        rest(operator, 5);
      }
      try (OperatorUnderTest restarted =
          OperatorUnderTest.start(server, new NowhereAddresses(), "operator")) {
        await().until(() -> restarted.reconciliations() > 0);
        quiet(restarted);
        assertThat(restarted.writes().getOrDefault("patch statefulsets", 0L))
            .as("it asks once more, then knows the policy")
            .isLessThanOrEqualTo(1);
        assertThat(pod().getHostPID()).isTrue();
        assertThat(grace()).isEqualTo(7L);
      }
    }
  }

  @Test
  void aRefusalReachesTheStatusInTheWordsOfThePolicy() {
    try (DenyingPolicy policy = new DenyingPolicy(client, namespace, "UPDATE", "statefulsets");
        FakeCluster cluster = new FakeCluster(server, namespace);
        OperatorUnderTest operator =
            OperatorUnderTest.start(server, new NowhereAddresses(), "operator")) {
      create();
      await().atMost(Duration.ofSeconds(30)).until(() -> valkey() != null);
      quiet(operator);
      policy.install();
      await().atMost(Duration.ofSeconds(30)).until(() -> denied());
      patch("{\"spec\":{\"l2\":{\"memory\":\"512Mi\"}}}");
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(stalled())
                      .contains("StatefulSet kn-valkey")
                      .contains("caches are frozen until Monday, ask the platform team"));
    }
  }

  /** It cannot stand where everybody looks, so it is told in an Event. */
  @Test
  void aRefusedStatusIsToldInAnEvent() {
    try (DenyingPolicy policy =
            new DenyingPolicy(client, namespace, "UPDATE", "cachetiers/status");
        FakeCluster cluster = new FakeCluster(server, namespace);
        OperatorUnderTest operator =
            OperatorUnderTest.start(server, new NowhereAddresses(), "operator")) {
      create();
      await().until(() -> valkey() != null);
      quiet(operator);
      policy.install();
      AtomicInteger change = new AtomicInteger(60);
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> {
                patch("{\"spec\":{\"defaultTtl\":\"%ds\"}}".formatted(change.incrementAndGet()));
                var events = client.events().v1().events().inNamespace(namespace).list();
                return events.getItems().stream()
                    .map(Event::getNote)
                    .filter(note -> note.startsWith("What the status says is of before: "))
                    .anyMatch(note -> note.contains("caches are frozen until Monday"));
              });
    }
  }

  @Test
  void aRefusedDeletionReachesTheStatusAndAllElseGoesOn() {
    try (DenyingPolicy policy = new DenyingPolicy(client, namespace, "DELETE", "configmaps");
        FakeCluster cluster = new FakeCluster(server, namespace);
        OperatorUnderTest operator =
            OperatorUnderTest.start(server, new NowhereAddresses(), "operator")) {
      create();
      await().until(() -> valkey() != null);
      quiet(operator);
      policy.install();
      await().until(this::deletionIsDenied);
      leftOver(client.configMaps().inNamespace(namespace).withName("kn-cache").get());
      leftOver(client.serviceAccounts().inNamespace(namespace).withName("kn-valkey").get());
      patch("{\"spec\":{\"defaultTtl\":\"77s\"}}");
      await()
          .untilAsserted(
              () ->
                  assertThat(stalled())
                      .startsWith(
                          "ConfigMap left-over is no longer needed, and the API server or an"
                              + " admission policy refuses to delete it: ")
                      .contains("caches are frozen until Monday, ask the platform team")
                      .endsWith(" All else goes on."));
      await()
          .untilAsserted(
              () -> {
                assertThat(
                        client.serviceAccounts().inNamespace(namespace).withName("left-over").get())
                    .isNull();
                assertThat(
                        client
                            .configMaps()
                            .inNamespace(namespace)
                            .withName("kn-cache")
                            .get()
                            .getData()
                            .get("cache.json"))
                    .contains("\"defaultTtlSeconds\":77");
              });
      policy.lift();
      await()
          .untilAsserted(
              () ->
                  assertThat(client.configMaps().inNamespace(namespace).withName("left-over").get())
                      .isNull());
      await().until(() -> stalled().isEmpty());
    }
  }

  @Test
  void aPolicyHasItsWayAndCostsNoWriteAtRest() {
    try (AdmissionPolicy policy = new AdmissionPolicy(client, namespace, POLICY);
        FakeCluster cluster = new FakeCluster(server, namespace)) {
      create();
      try (OperatorUnderTest operator =
          OperatorUnderTest.start(server, new NowhereAddresses(), "operator")) {
        await().atMost(Duration.ofSeconds(30)).until(() -> valkey() != null);
        quiet(operator);
        assertThat(grace()).isEqualTo(7L);
        rest(operator, 0);
      }
      try (OperatorUnderTest restarted =
          OperatorUnderTest.start(server, new NowhereAddresses(), "operator")) {
        await().until(() -> restarted.reconciliations() > 0);
        quiet(restarted);
        assertThat(restarted.writes().getOrDefault("patch statefulsets", 0L))
            .as("it asks once more, then knows the policy")
            .isLessThanOrEqualTo(1);
        assertThat(grace()).isEqualTo(7L);
      }
    }
  }

  private void create() {
    CacheTier cache = new CacheTier();
    cache.setMetadata(new ObjectMetaBuilder().withName("kn").withNamespace(namespace).build());
    client.resource(cache).create();
  }

  /** Whatever makes the operator look, it writes nothing. */
  private void rest(OperatorUnderTest operator, int first) {
    quiet(operator);
    Map<String, Long> before = operator.writes();
    for (int i = first; i < first + 5; i++) {
      long passes = operator.reconciliations();
      touch(i);
      await().until(() -> operator.reconciliations() > passes);
    }
    quiet(operator);
    assertThat(operator.writes()).isEqualTo(before);
  }

  private void patch(String merge) {
    client
        .resources(CacheTier.class)
        .inNamespace(namespace)
        .withName("kn")
        .patch(PatchContext.of(PatchType.JSON_MERGE), merge);
  }

  /** The same by another name, as an earlier version of the operator may have made it. */
  private void leftOver(HasMetadata child) {
    child.setMetadata(
        new ObjectMetaBuilder(child.getMetadata())
            .withName("left-over")
            .withResourceVersion(null)
            .withUid(null)
            .build());
    client.resource(child).create();
  }

  private boolean deletionIsDenied() {
    try {
      client
          .resource(
              new ConfigMapBuilder()
                  .withNewMetadata()
                  .withName("another")
                  .withNamespace(namespace)
                  .endMetadata()
                  .build())
          .serverSideApply();
      client.configMaps().inNamespace(namespace).withName("another").delete();
      return false;
    } catch (KubernetesClientException e) {
      return true;
    }
  }

  private boolean denied() {
    try {
      touch(0);
      return false;
    } catch (KubernetesClientException e) {
      return true;
    }
  }

  private String stalled() {
    CacheTier tier = client.resources(CacheTier.class).inNamespace(namespace).withName("kn").get();
    return Told.of(tier.getStatus()).stream()
        .filter(condition -> condition.type().equals("Stalled"))
        .map(condition -> condition.message())
        .findFirst()
        .orElse("");
  }

  private PodSpec pod() {
    return valkey().getSpec().getTemplate().getSpec();
  }

  private static void quiet(OperatorUnderTest operator) {
    operator.awaitQuiet(Duration.ofSeconds(3), Duration.ofSeconds(30));
  }

  private StatefulSet valkey() {
    return client.apps().statefulSets().inNamespace(namespace).withName("kn-valkey").get();
  }

  private long grace() {
    return valkey().getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds();
  }

  /** A change that is none of the operator's business, but makes it look. */
  private void touch(int turn) {
    client
        .apps()
        .statefulSets()
        .inNamespace(namespace)
        .withName("kn-valkey")
        .edit(
            set -> {
              set.getMetadata().getAnnotations().put("turn", Integer.toString(turn));
              return set;
            });
  }
}
