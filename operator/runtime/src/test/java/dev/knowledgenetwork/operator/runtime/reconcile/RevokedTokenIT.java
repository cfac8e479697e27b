package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.Backends;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The account of a shard's pods is deleted: what the API server issued to it is void. */
@ExtendWith(ApiServer.Extension.class)
class RevokedTokenIT {

  private static final String SPEC =
      """
      apiVersion: knowledgenetwork.dev/v1alpha1
      kind: ShardSet
      metadata: {name: kn, namespace: %s}
      spec: {sharding: {shards: 1, buckets: 16, virtualNodes: 1}, instances: 2}
      """;

  private final ApiServer server;
  private final KubernetesClient client;
  private final String namespace;

  RevokedTokenIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
    this.namespace = server.namespace("revoked");
  }

  @Test
  void theAccountIsMadeAgainAndAllItsPodsAreReplaced() {
    try (FakeCluster cluster = new FakeCluster(server, namespace);
        Backends backends = new Backends(client, namespace);
        OperatorUnderTest operator = OperatorUnderTest.start(server, backends, "operator")) {
      client.resource(Serialization.unmarshal(SPEC.formatted(namespace), ShardSet.class)).create();
      await().atMost(Duration.ofSeconds(120)).until(this::settled);
      Map<String, String> before = pods();
      assertThat(before).containsOnlyKeys("kn-s0-0", "kn-s0-1");

      // The API server tells times in whole seconds.
      await().until(() -> Instant.now().isAfter(youngest().plusSeconds(2)));
      account().delete();
      await().until(() -> Collections.disjoint(pods().values(), before.values()));
      await().atMost(Duration.ofSeconds(120)).until(this::settled);
      assertThat(pods()).containsOnlyKeys("kn-s0-0", "kn-s0-1");
      operator.awaitQuiet(Duration.ofSeconds(2), Duration.ofSeconds(60));
      assertThat(client.events().v1().events().inNamespace(namespace).list().getItems())
          .extracting(Event::getReason)
          .contains("RollSucceeded");
    }
  }

  private Resource<ServiceAccount> account() {
    return client.serviceAccounts().inNamespace(namespace).withName("kn-s0");
  }

  private boolean settled() {
    ShardSet set = client.resources(ShardSet.class).inNamespace(namespace).withName("kn").get();
    return set.getStatus() != null
        && holds(set, "Ready", ConditionStatus.TRUE)
        && holds(set, "Reconciling", ConditionStatus.FALSE);
  }

  private static boolean holds(ShardSet set, String type, ConditionStatus status) {
    return set.getStatus().conditions().stream()
        .anyMatch(condition -> condition.type().equals(type) && condition.status() == status);
  }

  /** Uids by name. */
  private Map<String, String> pods() {
    return instances()
        .collect(
            Collectors.toMap(
                pod -> pod.getMetadata().getName(), pod -> pod.getMetadata().getUid()));
  }

  private Instant youngest() {
    return instances()
        .map(pod -> Instant.parse(pod.getMetadata().getCreationTimestamp()))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private Stream<Pod> instances() {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel("knowledgenetwork.dev/scope", "kn-s0")
        .list()
        .getItems()
        .stream();
  }
}
