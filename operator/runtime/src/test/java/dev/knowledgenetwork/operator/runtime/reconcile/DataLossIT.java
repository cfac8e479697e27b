package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The only volume of a shard is empty, and there was a database in it. */
@ExtendWith(ApiServer.Extension.class)
class DataLossIT extends OneShardSet {

  DataLossIT(ApiServer server) {
    super(server, "loss");
  }

  @Test
  void thatDataIsGoneIsSaidAndNothingIsBegunAnew() {
    create();
    await().atMost(LONG).until(() -> holds("Ready"));
    // What Patroni writes once there is a database.
    client
        .endpoints()
        .inNamespace(namespace)
        .withName("kn-s0-config")
        .edit(
            live ->
                new EndpointsBuilder(live)
                    .editMetadata()
                    .addToAnnotations("initialize", "7000000000000000000")
                    .endMetadata()
                    .build());
    backends.patroni("kn", "s0").empty(Set.of("kn-s0-0"));
    client.persistentVolumeClaims().inNamespace(namespace).withName("data-kn-s0-0").delete();
    client.pods().inNamespace(namespace).withName("kn-s0-0").delete();

    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertThat(condition("Stalled").reason()).isEqualTo("DataLost");
              assertThat(condition("Stalled").message())
                  .contains(
                      "claim data-kn-s0-0 at 2",
                      "kubectl -n %s delete endpoints kn-s0-config kn-s0-sync kn-s0"
                          .formatted(namespace));
              assertThat(condition("Ready").reason()).isEqualTo("DataLost");
            });
    operator.awaitQuiet(Duration.ofSeconds(3), LONG);
    assertThat(events()).contains("DataLost").doesNotContain("Recovered");

    // Somebody has restored the volume.
    backends.patroni("kn", "s0").empty(Set.of());
    await().atMost(LONG).until(() -> holds("Ready"));
    assertThat(holds("Stalled")).isFalse();
  }

  private List<String> events() {
    return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> event.getRegarding().getKind().equals("ShardSet"))
        .map(event -> event.getReason())
        .toList();
  }

  private boolean holds(String type) {
    return condition(type).status() == ConditionStatus.TRUE;
  }

  private void create() {
    client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: knowledgenetwork.dev/v1alpha1
                kind: ShardSet
                metadata: {name: kn, namespace: %s}
                spec: {sharding: {shards: 1, buckets: 16, virtualNodes: 1}, instances: 1}
                """
                    .formatted(namespace),
                GenericKubernetesResource.class))
        .create();
  }
}
