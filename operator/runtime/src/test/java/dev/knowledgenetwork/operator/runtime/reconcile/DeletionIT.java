package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.DeletionPolicy;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.Objects;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What stays and what goes when a ShardSet is deleted. */
@ExtendWith(ApiServer.Extension.class)
class DeletionIT {

  private static final String[] RETAINED = {
    "PersistentVolumeClaim/data-kn-s0-0",
    "Secret/kn-superuser",
    "Secret/kn-db-ca",
    "Secret/kn-app",
    "Secret/kn-migrate",
    "Secret/kn-topology",
    "Endpoints/kn-s0-config",
    "Endpoints/kn-s0-sync",
    "Endpoints/kn-s0",
    "Service/kn-s0"
  };

  private final ApiServer server;
  private final KubernetesClient client;
  private final Objects objects;
  private String namespace = "";
  private FakeCluster cluster;
  private OperatorUnderTest operator;

  DeletionIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
    this.objects = new Objects(client);
  }

  @BeforeEach
  void start() {
    namespace = server.namespace("deletion");
    cluster = new FakeCluster(server, namespace);
    operator = OperatorUnderTest.start(server, new NowhereAddresses(), "operator");
  }

  @AfterEach
  void stop() {
    operator.close();
    cluster.close();
  }

  @Test
  void retainKeepsVolumesAndSecretsAndANewObjectAdoptsThem() {
    create(DeletionPolicy.RETAIN);
    settle();
    Map<String, String> before = objects.secretsAndIdentities(namespace);
    delete();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(objects.names(namespace)).containsExactlyInAnyOrder(RETAINED));

    create(DeletionPolicy.RETAIN);
    settle();
    Map<String, String> after = objects.secretsAndIdentities(namespace);
    for (String retained : RETAINED) {
      assertThat(after.get(retained)).as(retained).isEqualTo(before.get(retained));
    }
    assertThat(after).containsKey("StatefulSet/kn-s0");
  }

  @Test
  void deleteLeavesNothing() {
    create(DeletionPolicy.DELETE);
    settle();
    assertThat(objects.names(namespace)).contains(RETAINED);
    delete();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(objects.names(namespace)).isEmpty());
  }

  @Test
  void volumesWithoutTheirSecretsAreNotAdopted() {
    create(DeletionPolicy.RETAIN);
    settle();
    delete();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !objects.names(namespace).contains("StatefulSet/kn-s0"));
    client.secrets().inNamespace(namespace).withName("kn-superuser").delete();
    create(DeletionPolicy.RETAIN);
    awaitMismatch();
    assertThat(objects.names(namespace)).doesNotContain("StatefulSet/kn-s0", "Secret/kn-superuser");
  }

  @Test
  void aShardThatHadDataDoesNotBeginEmptyUntilItsEndpointsAreDeleted() {
    create(DeletionPolicy.RETAIN);
    settle();
    // What Patroni writes once there is a database.
    endpoints("kn-s0-config")
        .edit(
            live ->
                new EndpointsBuilder(live)
                    .editMetadata()
                    .addToAnnotations("initialize", "7000000000000000000")
                    .endMetadata()
                    .build());
    delete();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(objects.names(namespace)).containsExactlyInAnyOrder(RETAINED));
    client.persistentVolumeClaims().inNamespace(namespace).withName("data-kn-s0-0").delete();
    await().until(() -> !objects.names(namespace).contains("PersistentVolumeClaim/data-kn-s0-0"));
    create(DeletionPolicy.RETAIN);
    awaitMismatch();
    assertThat(objects.names(namespace)).doesNotContain("StatefulSet/kn-s0");

    endpoints("kn-s0-config").delete();
    endpoints("kn-s0-sync").delete();
    endpoints("kn-s0").delete();
    settle();
    assertThat(objects.names(namespace)).contains("StatefulSet/kn-s0").contains(RETAINED);
  }

  @Test
  void aShardSetThatGoesBeforeItsNetworkAsksItToo() {
    KnowledgeNetwork network = network(DeletionPolicy.DELETE);
    settle();
    operator.close();
    patch(network, DeletionPolicy.RETAIN);
    client.resource(network).withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
    delete();
    operator = OperatorUnderTest.start(server, new NowhereAddresses(), "operator");
    awaitRetained();
  }

  @Test
  void whatOthersUseStaysUntilTheyAreGone() {
    KnowledgeNetwork maker = network(DeletionPolicy.DELETE);
    settle();
    create("user", "{profile: Development, shardSet: {name: kn}, cacheTier: {name: kn}}");
    await().until(() -> !Told.of(found("user").getStatus()).isEmpty());
    client.resource(maker).delete();
    await()
        .untilAsserted(
            () ->
                assertThat(Told.of(found("kn").getStatus()))
                    .anySatisfy(
                        condition -> {
                          assertThat(condition.type()).isEqualTo("Stalled");
                          assertThat(condition.reason()).isEqualTo("InUse");
                          assertThat(condition.message())
                              .isEqualTo(
                                  "It is to be deleted, but KnowledgeNetwork user uses"
                                      + " CacheTier kn, KnowledgeNetwork user uses ShardSet kn:"
                                      + " delete that first, or let its spec name another one.");
                        }));
    client.resources(CacheTier.class).inNamespace(namespace).withName("kn").delete();
    await().until(() -> cacheTier() != null);
    assertThat(shardSet().isMarkedForDeletion()).isFalse();
    delete();
    await()
        .untilAsserted(
            () ->
                assertThat(Told.of(shardSet().getStatus()))
                    .anySatisfy(condition -> assertThat(condition.reason()).isEqualTo("InUse")));
    assertThat(objects.names(namespace)).contains("StatefulSet/kn-s0", "Deployment/kn-pooler");

    client.resource(found("user")).delete();
    await()
        .untilAsserted(
            () -> {
              assertThat(found("kn")).isNull();
              assertThat(shardSet()).isNull();
            });
  }

  private KnowledgeNetwork found(String name) {
    return client.resources(KnowledgeNetwork.class).inNamespace(namespace).withName(name).get();
  }

  private CacheTier cacheTier() {
    return client.resources(CacheTier.class).inNamespace(namespace).withName("kn").get();
  }

  private void awaitRetained() {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThat(shardSet()).isNull();
              assertThat(objects.names(namespace))
                  .contains(RETAINED)
                  .doesNotContain("StatefulSet/kn-s0", "Deployment/kn-pooler");
            });
  }

  private KnowledgeNetwork network(DeletionPolicy policy) {
    create("kn", "{profile: Development, deletionPolicy: %s}".formatted(text(policy)));
    return found("kn");
  }

  private void create(String network, String spec) {
    client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: knowledgenetwork.dev/v1alpha1
                kind: KnowledgeNetwork
                metadata: {name: %s, namespace: %s}
                spec: %s
                """
                    .formatted(network, namespace, spec),
                GenericKubernetesResource.class))
        .create();
  }

  private void patch(KnowledgeNetwork network, DeletionPolicy policy) {
    client
        .resource(network)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"deletionPolicy\":\"%s\"}}".formatted(text(policy)));
  }

  private static String text(DeletionPolicy policy) {
    return policy == DeletionPolicy.DELETE ? "Delete" : "Retain";
  }

  private void awaitMismatch() {
    await()
        .untilAsserted(
            () ->
                assertThat(Told.of(shardSet().getStatus()))
                    .anySatisfy(
                        condition -> {
                          assertThat(condition.type()).isEqualTo("Stalled");
                          assertThat(condition.reason()).isEqualTo("IdentityMismatch");
                        }));
  }

  private Resource<Endpoints> endpoints(String name) {
    return client.endpoints().inNamespace(namespace).withName(name);
  }

  private void create(DeletionPolicy policy) {
    String text =
        """
        apiVersion: knowledgenetwork.dev/v1alpha1
        kind: ShardSet
        metadata: {name: kn, namespace: %s}
        spec: {instances: 1, deletionPolicy: %s}
        """
            .formatted(namespace, text(policy));
    await()
        .until(
            () ->
                client
                    .resources(ShardSet.class)
                    .inNamespace(namespace)
                    .list()
                    .getItems()
                    .isEmpty());
    client.resource(Serialization.unmarshal(text, GenericKubernetesResource.class)).create();
  }

  private void delete() {
    client.resource(shardSet()).delete();
  }

  private ShardSet shardSet() {
    return client.resources(ShardSet.class).inNamespace(namespace).withName("kn").get();
  }

  private void settle() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> objects.names(namespace).contains("PersistentVolumeClaim/data-kn-s0-0"));
    operator.awaitQuiet(Duration.ofSeconds(2), Duration.ofSeconds(30));
  }
}
