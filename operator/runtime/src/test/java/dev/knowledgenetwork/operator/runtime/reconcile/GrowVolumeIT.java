package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Volumes grow by the spec where their class can do that, as the API server itself judges. */
@ExtendWith(ApiServer.Extension.class)
class GrowVolumeIT extends OneShardSet {

  private static final String FIXED = "fixed";

  GrowVolumeIT(ApiServer server) {
    super(server, "grow");
  }

  @Test
  void volumesAndSettingsGrowAroundPodsThatGoOn() {
    create("");
    settled();
    Map<String, String> pods = pods();
    cluster.volumesGrow(false);
    resize("3Gi");
    await().atMost(LONG).until(() -> request("data-kn-s0-1").equals("3Gi"));
    pending("data-kn-s0-0");
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(set().getStatus().operations())
                    .extracting(OperationState::message)
                    .singleElement()
                    .asString()
                    .contains(
                        "data-kn-s0-0 has 1Gi of 3Gi (FileSystemResizePending: Waiting for user to"
                            + " (re-)start a pod)",
                        "data-kn-s0-1 has 1Gi of 3Gi"));
    await().atMost(LONG).until(() -> template().equals("3Gi"));
    assertThat(setting("max_wal_size")).isEqualTo("128MB");
    cluster.volumesGrow(true);
    settled();
    await().atMost(LONG).until(() -> setting("max_wal_size").equals("307MB"));
    assertThat(pods()).as("nothing was restarted").isEqualTo(pods);
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(statefulSet().getStatus().getReadyReplicas())
                    .as("they are those of the new StatefulSet")
                    .isEqualTo(2));
    operator.awaitQuiet(Duration.ofSeconds(2), LONG);
  }

  @Test
  void whatIsSmallerIsRefusedWhenItIsAskedFor() {
    create("");
    settled();
    assertThatThrownBy(() -> resize("512Mi"))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("spec.storage.size")
        .hasMessageContaining("storage.size cannot shrink");
  }

  @Test
  void aClassThatCannotGrowIsToldAndTheSizeCanBeSetBack() {
    fixedClass();
    create(", storageClassName: " + FIXED);
    settled();
    Map<String, String> pods = pods();
    resize("3Gi");
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertThat(condition("Stalled").status()).isEqualTo(ConditionStatus.TRUE);
              assertThat(condition("Stalled").reason()).isEqualTo("VolumeExpansionRefused");
              assertThat(condition("Stalled").message())
                  .contains(
                      "Claim data-kn-s0-0 cannot grow from 1Gi to 3Gi: ",
                      "the storageclass that provisions the pvc must support resize",
                      "kubectl patch storageclass fixed",
                      "or set spec.storage.size back to 1Gi.");
            });
    assertThat(condition("Ready").status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(template()).isEqualTo("1Gi");
    resize("1Gi");
    settled();
    assertThat(condition("Stalled").status()).isEqualTo(ConditionStatus.FALSE);
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(set().getStatus().operations())
                    .as("how it ended is said once")
                    .isEmpty());
    assertThat(pods()).isEqualTo(pods);
  }

  /** Kubernetes says so while the kubelet has yet to enlarge the file system. */
  private void pending(String claim) {
    PersistentVolumeClaim live = claim(claim);
    live.setStatus(
        new PersistentVolumeClaimStatusBuilder(live.getStatus())
            .addNewCondition()
            .withType("FileSystemResizePending")
            .withStatus("True")
            .withMessage("Waiting for user to (re-)start a pod")
            .endCondition()
            .build());
    client.resource(live).patchStatus();
  }

  private void fixedClass() {
    client
        .resource(
            new StorageClassBuilder()
                .withNewMetadata()
                .withName(FIXED)
                .endMetadata()
                .withProvisioner("example.com/fixed")
                .build())
        .serverSideApply();
  }

  private void resize(String size) {
    client
        .resources(ShardSet.class)
        .inNamespace(namespace)
        .withName("kn")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"storage\":{\"size\":\"%s\"}}}".formatted(size));
  }

  private void settled() {
    await()
        .atMost(LONG)
        .until(
            () ->
                condition("Ready").status() == ConditionStatus.TRUE
                    && condition("Reconciling").status() == ConditionStatus.FALSE
                    && set()
                        .getMetadata()
                        .getGeneration()
                        .equals(condition("Ready").observedGeneration()));
  }

  private String setting(String name) {
    return backends.patroni("kn", "s0").config().at("/postgresql/parameters/" + name).asText();
  }

  private String request(String claim) {
    return claim(claim).getSpec().getResources().getRequests().get("storage").toString();
  }

  private PersistentVolumeClaim claim(String name) {
    return client.persistentVolumeClaims().inNamespace(namespace).withName(name).get();
  }

  /** Empty while there is none. */
  private String template() {
    StatefulSet live = statefulSet();
    return live == null ? "" : template(live);
  }

  private static String template(StatefulSet live) {
    return live.getSpec()
        .getVolumeClaimTemplates()
        .getFirst()
        .getSpec()
        .getResources()
        .getRequests()
        .get("storage")
        .toString();
  }

  private StatefulSet statefulSet() {
    return client.apps().statefulSets().inNamespace(namespace).withName("kn-s0").get();
  }

  private Map<String, String> pods() {
    List<Pod> pods = client.pods().inNamespace(namespace).list().getItems();
    return pods.stream()
        .collect(
            Collectors.toMap(
                pod -> pod.getMetadata().getName(), pod -> pod.getMetadata().getUid()));
  }

  private void create(String storage) {
    client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: knowledgenetwork.dev/v1alpha1
                kind: ShardSet
                metadata: {name: kn, namespace: %s}
                spec:
                  sharding: {shards: 1, buckets: 16, virtualNodes: 1}
                  instances: 2
                  storage: {size: 1Gi%s}
                """
                    .formatted(namespace, storage),
                GenericKubernetesResource.class))
        .create();
  }
}
