package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testkit.Cluster;
import dev.knowledgenetwork.testkit.Prober;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The cluster itself is a real one: what the other scenarios rely on without saying so. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddedClusterE2E {

  private static final String NAMESPACE = "e2e-cluster";
  private static final String FILL =
      "LC_ALL=C dd if=/dev/zero of=/data/file bs=1M count=700 conv=fsync 2>&1; rm -f /data/file";
  private static final Duration SOON = Duration.ofMinutes(2);

  private final Cluster cluster = Cluster.open();

  @BeforeAll
  void apply() throws IOException {
    cluster.namespace(NAMESPACE);
    try (InputStream in = getClass().getResourceAsStream("embedded-cluster.yaml")) {
      String manifests =
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
              .replace("IMAGE", image());
      for (HasMetadata object :
          cluster
              .client()
              .load(new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8)))
              .items()) {
        cluster.client().resource(object).inNamespace(NAMESPACE).serverSideApply();
      }
    }
    awaitPhase("keeper", "Running");
  }

  @AfterAll
  void delete() {
    cluster.deleteNamespace(NAMESPACE);
    cluster.close();
  }

  @Test
  void podsResolveServicesAndTheirLogsAreKept() {
    assertThat(inKeeper("getent hosts kubernetes.default.svc.cluster.local"))
        .contains("kubernetes.default.svc.cluster.local");
    assertThat(cluster.client().pods().resource(pod("keeper")).getLog()).isEqualTo("started\n");
  }

  @Test
  void aPodThatWantsMoreMemoryThanItsLimitIsKilled() {
    awaitPhase("hungry", "Failed");
    assertThat(
            pod("hungry")
                .getStatus()
                .getContainerStatuses()
                .getFirst()
                .getState()
                .getTerminated()
                .getReason())
        .isEqualTo("OOMKilled");
  }

  @Test
  void aVolumeIsFullAtItsSizeAndGrowsUnderARunningPod() {
    assertThat(inKeeper(FILL)).contains("No space left on device");
    cluster
        .client()
        .persistentVolumeClaims()
        .inNamespace(NAMESPACE)
        .withName("small")
        .edit(
            claim ->
                new PersistentVolumeClaimBuilder(claim)
                    .editSpec()
                    .editResources()
                    .addToRequests("storage", new Quantity("1Gi"))
                    .endResources()
                    .endSpec()
                    .build());
    Awaitility.await("room for more")
        .atMost(SOON)
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(() -> assertThat(inKeeper(FILL)).contains("700+0 records out"));
  }

  private String inKeeper(String command) {
    return Prober.in(cluster, pod("keeper")).run(command);
  }

  private Pod pod(String name) {
    return cluster.client().pods().inNamespace(NAMESPACE).withName(name).require();
  }

  private void awaitPhase(String name, String phase) {
    Awaitility.await(name + " to be " + phase)
        .atMost(SOON)
        .until(() -> phase.equals(pod(name).getStatus().getPhase()));
  }

  private String image() {
    return cluster.pods(Cluster.OPERATOR_NAMESPACE, Cluster.OPERATOR_LABELS).stream()
        .flatMap(pod -> pod.getSpec().getContainers().getFirst().getEnv().stream())
        .filter(variable -> variable.getName().equals("RELATED_IMAGE_POSTGRES_17"))
        .findFirst()
        .orElseThrow()
        .getValue();
  }
}
