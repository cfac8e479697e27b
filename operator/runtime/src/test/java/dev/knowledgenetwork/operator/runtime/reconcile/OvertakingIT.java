package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A change that comes between the operator reading an object and writing its status. */
@ExtendWith(ApiServer.Extension.class)
class OvertakingIT {

  private static final int ROUNDS = 5;
  private static final Duration LAG = Duration.ofMillis(300);

  private final ApiServer server;

  OvertakingIT(ApiServer server) {
    this.server = server;
  }

  /** The network waits for what does not exist: nothing but its own changes wakes it. */
  @Test
  void isNotTakenForTheOperatorsOwn() {
    String namespace = server.namespace("overtaking");
    try (OperatorUnderTest operator =
        OperatorUnderTest.lagging(server, new NowhereAddresses(), "operator", LAG)) {
      Resource<KnowledgeNetwork> network =
          server
              .client()
              .resources(KnowledgeNetwork.class)
              .inNamespace(namespace)
              .withName("waiting");
      AtomicBoolean armed = new AtomicBoolean(true);
      operator.beforeEachWrite(
          path -> {
            if (path.endsWith("/knowledgenetworks/waiting/status") && armed.getAndSet(false)) {
              change(network);
            }
          });
      server.client().resource(waiting(namespace)).create();
      for (int round = 0; round < ROUNDS; round++) {
        await().until(() -> !armed.get() && observed(network.get()));
        armed.set(true);
        change(network);
      }
      network.delete();
    }
  }

  private static GenericKubernetesResource waiting(String namespace) {
    return Serialization.unmarshal(
        """
        apiVersion: knowledgenetwork.dev/v1alpha1
        kind: KnowledgeNetwork
        metadata: {name: waiting, namespace: %s}
        spec: {shardSet: {name: absent}, cacheTier: {name: absent}}
        """
            .formatted(namespace),
        GenericKubernetesResource.class);
  }

  private static void change(Resource<KnowledgeNetwork> network) {
    network.patch(
        PatchContext.of(PatchType.JSON_MERGE),
        "{\"spec\":{\"api\":{\"replicas\":%d}}}"
            .formatted(network.get().getMetadata().getGeneration() % 2 + 1));
  }

  private static boolean observed(KnowledgeNetwork network) {
    return network.getStatus() != null
        && network.getMetadata().getGeneration().equals(network.getStatus().observedGeneration());
  }
}
