package dev.knowledgenetwork.operator.runtime.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.ApiServerResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationService;
import io.javaoperatorsdk.operator.api.config.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The process as it runs in its pod: configuration, leader election, probes, metrics. */
@QuarkusTest
@QuarkusTestResource(ApiServerResource.class)
class OperatorProcessIT {

  private final HttpClient http = HttpClient.newHttpClient();
  private final int port;
  private final OperatorRuntime runtime;
  private final Operator operator;

  OperatorProcessIT(
      @ConfigProperty(name = "quarkus.http.test-port") int port,
      OperatorRuntime runtime,
      Operator operator) {
    this.port = port;
    this.runtime = runtime;
    this.operator = operator;
  }

  @Test
  void leadsReconcilesAndTellsHowItIs() throws IOException, InterruptedException {
    ApiServer server = ApiServerResource.server();
    await().atMost(Duration.ofSeconds(60)).until(() -> get("/q/health/ready").statusCode() == 200);
    assertThat(get("/q/health/ready").body()).contains("informers", "API server");
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

  /** The extension reads the annotations at build time, and has lost settings on the way before. */
  @Test
  void controllersAreConfiguredAsInAnOperatorWithoutQuarkus() {
    ConfigurationService plain =
        ConfigurationService.newOverriddenConfigurationService(
            sdk -> sdk.withKubernetesClient(ApiServerResource.server().client()));
    assertThat(runtime.reconcilers()).hasSize(3);
    for (Reconciler<? extends HasMetadata> reconciler : runtime.reconcilers()) {
      ControllerConfiguration<?> expected = plain.getConfigurationFor(reconciler);
      ControllerConfiguration<?> actual =
          operator.getRegisteredController(expected.getName()).orElseThrow().getConfiguration();
      assertThat(settings(actual)).isEqualTo(settings(expected));
      assertThat(actual.triggerReconcilerOnAllEvents()).isTrue();
    }
  }

  @Test
  void aDeletedObjectReachesItsReconciler() {
    ApiServer server = ApiServerResource.server();
    KnowledgeNetwork network = new KnowledgeNetwork();
    network.setMetadata(
        new ObjectMetaBuilder()
            .withName("gone")
            .withNamespace(server.namespace("process"))
            .build());
    server.client().resource(network).create();
    awaitMetric("kn_operator_objects{kind=\"KnowledgeNetwork\"} 1.0");
    server.client().resource(network).delete();
    awaitMetric("kn_operator_objects{kind=\"KnowledgeNetwork\"} 0.0");
  }

  @Test
  void theSdkAddsNoMeterAndNoProbe() throws IOException, InterruptedException {
    assertThat(get("/q/metrics").body()).doesNotContain("operator_sdk");
    assertThat(get("/q/health").body()).doesNotContain("Operator SDK");
  }

  private static List<Object> settings(ControllerConfiguration<?> configuration) {
    GenericRetry retry = (GenericRetry) configuration.getRetry();
    LinearRateLimiter rate = (LinearRateLimiter) configuration.getRateLimiter();
    return List.of(
        configuration.triggerReconcilerOnAllEvents(),
        configuration.isGenerationAware(),
        configuration.getFinalizerName(),
        configuration.fieldManager(),
        configuration.maxReconciliationInterval(),
        configuration.getInformerConfig().getNamespaces(),
        configuration.getInformerConfig().getOnUpdateFilter().getClass(),
        List.of(
            retry.getInitialInterval(),
            retry.getIntervalMultiplier(),
            retry.getMaxInterval(),
            retry.getMaxAttempts()),
        List.of(rate.getRefreshPeriod(), rate.getLimitForPeriod()));
  }

  private void awaitMetric(String line) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(get("/q/metrics").body()).contains(line));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
