package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.operator.runtime.kit.AdmissionPolicy;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
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

  private final ApiServer server;
  private final KubernetesClient client;

  AdmissionIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
  }

  @Test
  void aPolicyHasItsWayAndCostsNoWriteAtRest() {
    String namespace = server.namespace("admission");
    CacheTier cache = new CacheTier();
    cache.setMetadata(new ObjectMetaBuilder().withName("kn").withNamespace(namespace).build());
    try (AdmissionPolicy policy = new AdmissionPolicy(client, namespace, POLICY);
        FakeCluster cluster = new FakeCluster(client, namespace)) {
      client.resource(cache).create();
      try (OperatorUnderTest operator =
          OperatorUnderTest.start(server, new NowhereAddresses(), "operator")) {
        await().atMost(Duration.ofSeconds(30)).until(() -> valkey(namespace) != null);
        quiet(operator);
        assertThat(grace(namespace)).isEqualTo(7L);
        Map<String, Long> before = operator.writes();
        for (int i = 0; i < 10; i++) {
          long passes = operator.reconciliations();
          touch(namespace, i);
          await().until(() -> operator.reconciliations() > passes);
        }
        quiet(operator);
        assertThat(operator.writes()).isEqualTo(before);
      }
      try (OperatorUnderTest restarted =
          OperatorUnderTest.start(server, new NowhereAddresses(), "operator")) {
        await().until(() -> restarted.reconciliations() > 0);
        quiet(restarted);
        assertThat(restarted.writes().getOrDefault("patch statefulsets", 0L))
            .as("it asks once more, then knows the policy")
            .isLessThanOrEqualTo(1);
        assertThat(grace(namespace)).isEqualTo(7L);
      }
    }
  }

  private static void quiet(OperatorUnderTest operator) {
    operator.awaitQuiet(Duration.ofSeconds(3), Duration.ofSeconds(30));
  }

  private StatefulSet valkey(String namespace) {
    return client.apps().statefulSets().inNamespace(namespace).withName("kn-valkey").get();
  }

  private long grace(String namespace) {
    return valkey(namespace).getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds();
  }

  /** A change that is none of the operator's business, but makes it look. */
  private void touch(String namespace, int turn) {
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
