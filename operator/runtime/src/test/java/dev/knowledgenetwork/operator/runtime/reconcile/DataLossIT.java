package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.Backends;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The only volume of a shard is empty, and there was a database in it. */
@ExtendWith(ApiServer.Extension.class)
class DataLossIT {

  private static final Duration LONG = Duration.ofSeconds(60);

  private final ApiServer server;
  private final KubernetesClient client;
  private String namespace = "";
  private FakeCluster cluster;
  private Backends backends;
  private OperatorUnderTest operator;

  DataLossIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
  }

  @BeforeEach
  void start() {
    namespace = server.namespace("loss");
    cluster = new FakeCluster(server, namespace);
    backends = new Backends(client, namespace);
    operator = OperatorUnderTest.start(server, backends, "operator");
  }

  @AfterEach
  void stop() {
    operator.close();
    backends.close();
    cluster.close();
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
    ShardSet set = set();
    return Told.of(set.getStatus()).stream()
        .filter(condition -> condition.type().equals(type))
        .map(Condition::status)
        .anyMatch(ConditionStatus.TRUE::equals);
  }

  private Condition condition(String type) {
    return Told.of(set().getStatus()).stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElseThrow();
  }

  private ShardSet set() {
    return client.resources(ShardSet.class).inNamespace(namespace).withName("kn").get();
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
