package dev.knowledgenetwork.operator.runtime.kit;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/** Gives the operator's process an API server and what its pod's environment would hold. */
public final class ApiServerResource implements QuarkusTestResourceLifecycleManager {

  /** The operator's own namespace. */
  public static final String NAMESPACE = "knowledgenetwork-system";

  private static volatile ApiServer running;

  /** The server that the process talks to. */
  public static ApiServer server() {
    return running;
  }

  @Override
  public Map<String, String> start() {
    running = new ApiServer();
    running
        .client()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .create();
    Config config = running.config();
    Map<String, String> settings = new HashMap<>();
    settings.put("quarkus.kubernetes-client.api-server-url", config.getMasterUrl());
    settings.put("quarkus.kubernetes-client.ca-cert-data", config.getCaCertData());
    settings.put("quarkus.kubernetes-client.client-cert-data", config.getClientCertData());
    settings.put("quarkus.kubernetes-client.client-key-data", config.getClientKeyData());
    settings.put("quarkus.kubernetes-client.ca-cert-file", config.getCaCertFile());
    settings.put("quarkus.kubernetes-client.client-cert-file", config.getClientCertFile());
    settings.put("quarkus.kubernetes-client.client-key-file", config.getClientKeyFile());
    settings.put("quarkus.http.test-port", "0");
    settings.put("kn.operator.namespace", NAMESPACE);
    settings.put("kn.operator.instance", "operator-0");
    settings.put("kn.operator.images.postgres17", "kn.local/postgres:1");
    settings.put("kn.operator.images.pooler", "kn.local/pooler:1");
    settings.put("kn.operator.images.valkey", "kn.local/valkey:1");
    settings.put("kn.operator.images.app", "kn.local/app:1");
    settings.values().removeIf(value -> value == null);
    return settings;
  }

  @Override
  public void stop() {
    running.close();
  }
}
