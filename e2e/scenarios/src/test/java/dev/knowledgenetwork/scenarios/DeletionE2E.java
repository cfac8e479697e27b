package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testkit.ApiClient;
import dev.knowledgenetwork.testkit.Cluster;
import dev.knowledgenetwork.testkit.Platform;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Retain keeps all that is needed to come back; Delete leaves nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeletionE2E {

  private static final Duration GONE = Duration.ofMinutes(4);

  private final Cluster cluster = Cluster.open();
  private final Platform platform = new Platform(cluster, "e2e-deletion", "del");

  @BeforeAll
  void namespace() {
    cluster.namespace(platform.namespace());
  }

  @AfterAll
  void delete() {
    cluster.deleteNamespace(platform.namespace());
    cluster.close();
  }

  @Test
  void dataOutlivesARetainedPlatformAndNotADeletedOne() throws Exception {
    platform.apply("profile: Development\ndeletionPolicy: Retain");
    platform.awaitReady();
    ApiClient.Answer created = platform.api("acme", "ada").patient().create("Kept", "still here");
    assertThat(created.status()).isEqualTo(201);
    String id = created.body().get("id").asText();
    Object clusterId = platform.shardSet().at("status.clusterId");

    platform.network().delete();
    awaitGone();
    assertThat(claims()).isNotEmpty();

    platform.apply("profile: Development\ndeletionPolicy: Retain");
    platform.awaitReady();
    assertThat(platform.shardSet().at("status.clusterId")).isEqualTo(clusterId);
    ApiClient.Answer read = platform.api("acme", "ada").patient().get(id);
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.body().get("content").asText()).isEqualTo("still here");

    platform.apply("profile: Development\ndeletionPolicy: Delete");
    platform
        .shardSet()
        .await(
            "deletionPolicy Delete",
            Duration.ofMinutes(1),
            shardSet -> "Delete".equals(shardSet.at("spec.deletionPolicy")));
    platform.network().delete();
    awaitGone();
    Awaitility.await("nothing left")
        .atMost(GONE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(leftovers()).isEmpty());
  }

  private void awaitGone() {
    Awaitility.await("the platform to be gone")
        .atMost(GONE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () ->
                platform.network().get().isEmpty()
                    && platform.shardSet().get().isEmpty()
                    && platform.cacheTier().get().isEmpty()
                    && cluster.pods(platform.namespace(), Map.of()).isEmpty());
  }

  private List<String> claims() {
    return cluster
        .client()
        .persistentVolumeClaims()
        .inNamespace(platform.namespace())
        .list()
        .getItems()
        .stream()
        .map(claim -> claim.getMetadata().getName())
        .toList();
  }

  /** Every object of the namespace but those that Kubernetes itself puts there. */
  private List<String> leftovers() {
    var client = cluster.client();
    String namespace = platform.namespace();
    return Stream.of(
            client.persistentVolumeClaims().inNamespace(namespace).list(),
            client.secrets().inNamespace(namespace).list(),
            client.configMaps().inNamespace(namespace).list(),
            client.endpoints().inNamespace(namespace).list(),
            client.services().inNamespace(namespace).list(),
            client.serviceAccounts().inNamespace(namespace).list(),
            client.apps().statefulSets().inNamespace(namespace).list(),
            client.apps().deployments().inNamespace(namespace).list(),
            client.batch().v1().jobs().inNamespace(namespace).list(),
            client.policy().v1().podDisruptionBudget().inNamespace(namespace).list(),
            client.network().v1().networkPolicies().inNamespace(namespace).list(),
            client.rbac().roles().inNamespace(namespace).list(),
            client.rbac().roleBindings().inNamespace(namespace).list(),
            client.pods().inNamespace(namespace).list())
        .flatMap(list -> list.getItems().stream())
        .map(HasMetadata.class::cast)
        .map(object -> object.getKind() + "/" + object.getMetadata().getName())
        .filter(name -> !name.equals("ConfigMap/kube-root-ca.crt"))
        .filter(name -> !name.equals("ServiceAccount/default"))
        .toList();
  }
}
