package dev.knowledgenetwork.operator.runtime.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.ApiServerResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The process as it runs in its pod: configuration, leader election, probes, metrics. */
@QuarkusTest
@QuarkusTestResource(ApiServerResource.class)
class OperatorProcessIT {

  private final HttpClient http = HttpClient.newHttpClient();
  private final int port;

  OperatorProcessIT(@ConfigProperty(name = "quarkus.http.test-port") int port) {
    this.port = port;
  }

  @Test
  void leadsReconcilesAndTellsHowItIs() throws IOException, InterruptedException {
    ApiServer server = ApiServerResource.server();
    assertThat(get("/q/health/ready").statusCode()).isEqualTo(200);
    assertThat(get("/q/health/live").body()).contains("reconcile queues");

    String namespace = server.namespace("process");
    CacheTier cache = new CacheTier();
    cache.setMetadata(new ObjectMetaBuilder().withName("kn").withNamespace(namespace).build());
    server.client().resource(cache).create();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                server
                        .client()
                        .apps()
                        .statefulSets()
                        .inNamespace(namespace)
                        .withName("kn-valkey")
                        .get()
                    != null);
    assertThat(
            server
                .client()
                .leases()
                .inNamespace(ApiServerResource.NAMESPACE)
                .withName("knowledgenetwork-operator")
                .get()
                .getSpec()
                .getHolderIdentity())
        .isEqualTo("operator-0");
    await()
        .untilAsserted(
            () ->
                assertThat(get("/q/metrics").body())
                    .contains(
                        "kn_operator_api_writes_total{resource=\"statefulsets\",verb=\"patch\"")
                    .contains("kn_operator_api_writes_total{resource=\"leases\"")
                    .contains("kn_operator_reconciliations_seconds_count{kind=\"CacheTier\"")
                    .contains("kn_operator_conditions{condition=\"Ready\",kind=\"CacheTier\"")
                    .contains("kn_operator_objects{kind=\"CacheTier\"}"));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
