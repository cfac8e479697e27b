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
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Users are served, and what is lost does not come back: nothing happens that would wake us. */
@ExtendWith(ApiServer.Extension.class)
class LostInstanceIT {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Condition UNKNOWN =
      new Condition("", ConditionStatus.UNKNOWN, "", "", "", null);

  private final ApiServer server;
  private final KubernetesClient client;
  private String namespace = "";
  private FakeCluster cluster;
  private Backends backends;
  private OperatorUnderTest operator;

  LostInstanceIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
  }

  @BeforeEach
  void start() {
    namespace = server.namespace("lost");
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
  void whoKeepsItAwayIsToldInTheirWords() {
    create();
    await().atMost(LONG).until(() -> is("Ready", "TRUE") && is("Reconciling", "FALSE"));
    cluster.close();
    client.pods().inNamespace(namespace).withName("kn-s0-1").withGracePeriod(0).delete();
    await().atMost(LONG).until(() -> is("Degraded", "TRUE"));
    assertThat(message("Degraded"))
        .isEqualTo(
            "Not ready: kn-s0-1: they are expected back by themselves; if not, read why: kubectl -n"
                + " %s describe statefulset kn-s0.".formatted(namespace));
    operator.awaitQuiet(Duration.ofSeconds(3), LONG);

    refused("create Pod kn-s0-1 failed: exceeded quota: small.");
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(message("Degraded"))
                    .endsWith(
                        " StatefulSet kn-s0: FailedCreate: create Pod kn-s0-1 failed: exceeded"
                            + " quota: small."));
    assertThat(is("Ready", "TRUE")).isTrue();
  }

  private boolean is(String type, String status) {
    return condition(type).status().name().equals(status);
  }

  private String message(String type) {
    return condition(type).message();
  }

  private Condition condition(String type) {
    ShardSet set = client.resources(ShardSet.class).inNamespace(namespace).withName("kn").get();
    return Told.of(set.getStatus()).stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElse(UNKNOWN);
  }

  /** As controllers of Kubernetes write it. */
  private void refused(String words) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    client
        .resource(
            new EventBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withGenerateName("kn-s0-")
                .endMetadata()
                .withType("Warning")
                .withReason("FailedCreate")
                .withMessage(words)
                .withNewInvolvedObject()
                .withApiVersion("apps/v1")
                .withKind("StatefulSet")
                .withNamespace(namespace)
                .withName("kn-s0")
                .endInvolvedObject()
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .build())
        .create();
  }

  private void create() {
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
                  storage: {size: 1Gi}
                """
                    .formatted(namespace),
                GenericKubernetesResource.class))
        .create();
  }
}
