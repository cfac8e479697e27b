package dev.knowledgenetwork.operator.runtime.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.patroni.BeginAnew;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiServer.Extension.class)
class BeginAnewHandlerIT {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String NAME = "kn-s0-config";

  private final KubernetesClient client;
  private final String namespace;

  BeginAnewHandlerIT(ApiServer server) {
    client = server.client();
    namespace = server.namespace("begin-anew");
  }

  @Test
  void theMarkOfWhoWasAboutToMakeTheDatabaseGoes() throws ActionFailed {
    Endpoints before = remembered(Map.of(Annotations.INITIALIZED, "", "history", "[]"));
    run();
    Endpoints after = live();
    assertThat(after.getMetadata().getAnnotations())
        .containsOnly(
            Map.entry("history", "[]"), Map.entry(Annotations.BEGUN_ANEW, NOW.toString()));
    assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
    run();
    assertThat(live().getMetadata().getResourceVersion())
        .as("once is enough")
        .isEqualTo(after.getMetadata().getResourceVersion());
  }

  @Test
  void whatNamesADatabaseStays() throws ActionFailed {
    Endpoints before = remembered(Map.of(Annotations.INITIALIZED, "7000000000000000000"));
    run();
    assertThat(live()).isEqualTo(before);
  }

  @Test
  void whereNothingIsRememberedNothingIsDone() throws ActionFailed {
    run();
    assertThat(live()).isNull();
    Endpoints before = remembered(Map.of());
    run();
    assertThat(live()).isEqualTo(before);
  }

  private void run() throws ActionFailed {
    new BeginAnewHandler(client, () -> NOW)
        .run(new BeginAnew(new Target("ShardSet", namespace, "kn", "s0"), NAME));
  }

  private Endpoints remembered(Map<String, String> annotations) {
    return client
        .resource(
            new EndpointsBuilder()
                .withNewMetadata()
                .withName(NAME)
                .withNamespace(namespace)
                .withAnnotations(annotations)
                .endMetadata()
                .build())
        .create();
  }

  private Endpoints live() {
    return client.endpoints().inNamespace(namespace).withName(NAME).get();
  }
}
