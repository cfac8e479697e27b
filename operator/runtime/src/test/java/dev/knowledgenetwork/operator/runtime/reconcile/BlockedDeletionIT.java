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
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.Objects;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a deletion waits for is told, with who holds it; what is not the operator's holds nothing.
 */
@ExtendWith(ApiServer.Extension.class)
class BlockedDeletionIT {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String FINALIZER = "example.com/backup";

  private final ApiServer server;
  private final KubernetesClient client;
  private String namespace = "";
  private FakeCluster cluster;
  private OperatorUnderTest operator;

  BlockedDeletionIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
  }

  @BeforeEach
  void start() {
    namespace = server.namespace("blocked");
    cluster = new FakeCluster(server, namespace);
    operator = OperatorUnderTest.start(server, new NowhereAddresses(), "operator");
  }

  @AfterEach
  void stop() {
    operator.close();
    cluster.close();
  }

  @Test
  void whoHoldsWhatIsNamedAndToldOnce() {
    create("KnowledgeNetwork", "kn", "{profile: Development, deletionPolicy: Delete}");
    create("CacheTier", "lone", "{}");
    settle();
    Pod reader = reader("data-kn-s0-0");
    hold(client.secrets().inNamespace(namespace).withName("kn-app").get());
    hold(found(CacheTier.class, "lone"));
    client.resource(found(ShardSet.class, "kn")).delete();
    client.resource(found(KnowledgeNetwork.class, "kn")).delete();
    client.resource(found(CacheTier.class, "lone")).delete();

    String claim =
        "PersistentVolumeClaim data-kn-s0-0 is still mounted by Pod reader: delete what makes that"
            + " pod, or the pod: kubectl -n %s delete pod reader.".formatted(namespace);
    awaitBlocked(ShardSet.class, "kn", claim);
    awaitBlocked(
        KnowledgeNetwork.class, "kn", "ShardSet kn: Waits until the volumes are deleted. " + claim);
    awaitBlocked(
        CacheTier.class, "lone", "CacheTier lone is held by its finalizer %s".formatted(FINALIZER));
    assertThat(holds(found(ShardSet.class, "kn"), "Ready")).isFalse();
    // Longer than its pace, so that it has looked again.
    operator.awaitQuiet(Duration.ofSeconds(16), LONG);
    assertThat(events("ShardSet", "kn")).containsOnlyOnce("DeletionBlocked");

    client.resource(reader).delete();
    awaitBlocked(
        ShardSet.class, "kn", "Secret kn-app is held by its finalizer %s".formatted(FINALIZER));
    free(client.secrets().inNamespace(namespace).withName("kn-app").get());
    free(found(CacheTier.class, "lone"));
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(new Objects(client).names(namespace)).isEmpty());
  }

  @Test
  void aManifestThatWasCopiedWithItsLabelsStaysAndBlocksNothing() {
    create(
        "ShardSet",
        "kn",
        "{sharding: {shards: 1, buckets: 16, virtualNodes: 1}, instances: 1, deletionPolicy:"
            + " Delete}");
    settle();
    List<String> copies = new ArrayList<>();
    copies.add(copied(client.apps().statefulSets().inNamespace(namespace).withName("kn-s0").get()));
    copies.add(
        copied(client.apps().deployments().inNamespace(namespace).withName("kn-pooler").get()));
    copies.add(
        labelled(
            client
                .pods()
                .inNamespace(namespace)
                .withName("kn-s0-0")
                .get()
                .getMetadata()
                .getLabels()));
    copies.add(
        copied(
            client.persistentVolumeClaims().inNamespace(namespace).withName("data-kn-s0-0").get()));
    client.resource(found(ShardSet.class, "kn")).delete();
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(new Objects(client).names(namespace))
                    .containsAll(copies)
                    .doesNotContain(
                        "ShardSet/kn",
                        "StatefulSet/kn-s0",
                        "PersistentVolumeClaim/data-kn-s0-0",
                        "Secret/kn-superuser"));
  }

  private <P extends CustomResource<?, ? extends Conditioned>> void awaitBlocked(
      Class<P> kind, String name, String words) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(Told.of(found(kind, name).getStatus()))
                    .filteredOn(condition -> condition.type().equals("Reconciling"))
                    .singleElement()
                    .satisfies(
                        condition -> {
                          assertThat(condition.status()).isEqualTo(ConditionStatus.TRUE);
                          assertThat(condition.reason()).isEqualTo("DeletionBlocked");
                          assertThat(condition.message()).contains(words);
                        }));
  }

  private static boolean holds(CustomResource<?, ? extends Conditioned> object, String type) {
    return Told.of(object.getStatus()).stream()
        .filter(condition -> condition.type().equals(type))
        .map(Condition::status)
        .anyMatch(ConditionStatus.TRUE::equals);
  }

  private List<String> events(String kind, String name) {
    return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> event.getRegarding().getKind().equals(kind))
        .filter(event -> event.getRegarding().getName().equals(name))
        .map(event -> event.getReason())
        .toList();
  }

  private Pod reader(String claim) {
    return client
        .resource(
            pod(Map.of())
                .editSpec()
                .addNewVolume()
                .withName("data")
                .withNewPersistentVolumeClaim(claim, false)
                .endVolume()
                .endSpec()
                .build())
        .create();
  }

  private String labelled(Map<String, String> labels) {
    return "Pod/" + client.resource(pod(labels).build()).create().getMetadata().getName();
  }

  private PodBuilder pod(Map<String, String> labels) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("reader")
        .withNamespace(namespace)
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .withNodeName("node")
        .addNewContainer()
        .withName("reader")
        .withImage("reader:1")
        .endContainer()
        .endSpec();
  }

  /** As a person does it who saves a manifest and applies it under another name. */
  private String copied(HasMetadata original) {
    HasMetadata copy = client.getKubernetesSerialization().clone(original);
    Map<String, String> labels = original.getMetadata().getLabels();
    copy.setMetadata(
        new ObjectMetaBuilder()
            .withName("copy")
            .withNamespace(namespace)
            .withLabels(labels)
            .build());
    client.resource(copy).create();
    return copy.getKind() + "/" + copy.getMetadata().getName();
  }

  private void hold(HasMetadata object) {
    finalizers(object, finalizers -> finalizers.add(FINALIZER));
  }

  private void free(HasMetadata object) {
    finalizers(object, finalizers -> finalizers.remove(FINALIZER));
  }

  private void finalizers(HasMetadata object, Consumer<List<String>> change) {
    client
        .resource(object)
        .edit(
            live -> {
              List<String> finalizers = new ArrayList<>(live.getMetadata().getFinalizers());
              change.accept(finalizers);
              live.getMetadata().setFinalizers(finalizers);
              return live;
            });
  }

  private <T extends HasMetadata> T found(Class<T> kind, String name) {
    return client.resources(kind).inNamespace(namespace).withName(name).get();
  }

  private void create(String kind, String name, String spec) {
    client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: knowledgenetwork.dev/v1alpha1
                kind: %s
                metadata: {name: %s, namespace: %s}
                spec: %s
                """
                    .formatted(kind, name, namespace, spec),
                GenericKubernetesResource.class))
        .create();
  }

  private void settle() {
    await()
        .atMost(LONG)
        .until(
            () ->
                new Objects(client)
                    .names(namespace)
                    .contains("PersistentVolumeClaim/data-kn-s0-0"));
    operator.awaitQuiet(Duration.ofSeconds(2), LONG);
  }
}
