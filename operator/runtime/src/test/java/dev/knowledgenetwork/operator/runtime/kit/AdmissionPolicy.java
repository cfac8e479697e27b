package dev.knowledgenetwork.operator.runtime.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * A mutating policy as Kyverno and others install them: whatever anybody asks for, every
 * StatefulSet of the namespace gets another value in one field.
 */
public final class AdmissionPolicy implements AutoCloseable {

  private final ObjectMapper json = new ObjectMapper();
  private final KubernetesClient client;
  private final HttpsServer server;
  private final MutatingWebhookConfiguration configuration;
  private final String patch;

  /** In force as soon as this returns; the patch is a JSON patch. */
  public AdmissionPolicy(KubernetesClient client, String namespace, String patch) {
    this.client = client;
    this.patch = patch;
    Minted minted =
        new Minted()
            .with("ca", new Entry.Authority("policy", true))
            .with("tls", new Entry.Certificate("ca", "policy", List.of("localhost")));
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException("no webhook for tests", e);
    }
    server.setHttpsConfigurator(
        new HttpsConfigurator(
            Tls.server(minted.value("tls", "tls.crt"), minted.value("tls", "tls.key"))));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::review);
    server.start();
    configuration =
        client
            .resource(
                new MutatingWebhookConfigurationBuilder()
                    .withNewMetadata()
                    .withName("policy-" + namespace)
                    .endMetadata()
                    .addNewWebhook()
                    .withName("policy.example.com")
                    .withAdmissionReviewVersions("v1")
                    .withSideEffects("None")
                    .withFailurePolicy("Fail")
                    .withNewClientConfig()
                    .withUrl("https://localhost:" + server.getAddress().getPort() + "/")
                    .withCaBundle(
                        Base64.getEncoder()
                            .encodeToString(
                                minted.value("ca", "tls.crt").getBytes(StandardCharsets.US_ASCII)))
                    .endClientConfig()
                    .withNewNamespaceSelector()
                    .withMatchLabels(Map.of("kubernetes.io/metadata.name", namespace))
                    .endNamespaceSelector()
                    .addNewRule()
                    .withApiGroups("apps")
                    .withApiVersions("v1")
                    .withResources("statefulsets")
                    .withOperations("CREATE", "UPDATE")
                    .endRule()
                    .endWebhook()
                    .build())
            .create();
  }

  private void review(HttpExchange exchange) throws IOException {
    JsonNode review = json.readTree(exchange.getRequestBody());
    ObjectNode answer = json.createObjectNode();
    answer.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    answer
        .putObject("response")
        .put("uid", review.path("request").path("uid").asText())
        .put("allowed", true)
        .put("patchType", "JSONPatch")
        .put("patch", Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)));
    byte[] body = json.writeValueAsBytes(answer);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    client.resource(configuration).delete();
    server.stop(0);
  }
}
