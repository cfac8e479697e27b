package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.ControllerEvents;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Users are served, and what is lost does not come back: nothing happens that would wake us. */
@ExtendWith(ApiServer.Extension.class)
class LostInstanceIT extends OneShardSet {

  LostInstanceIT(ApiServer server) {
    super(server, "lost");
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

  private void refused(String words) {
    client
        .resource(
            ControllerEvents.about(
                    new Reference("StatefulSet", namespace, "kn-s0"),
                    "Warning",
                    "FailedCreate",
                    words,
                    Instant.now().truncatedTo(ChronoUnit.SECONDS))
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
