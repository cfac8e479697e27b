package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.Logged;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.processing.event.EventProcessor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An object that is deleted between the operator reading it and writing its finalizer. */
@ExtendWith(ApiServer.Extension.class)
class DeletedMeanwhileIT {

  private static final String OTHERS = "example.org/others";

  private final ApiServer server;

  DeletedMeanwhileIT(ApiServer server) {
    this.server = server;
  }

  @Test
  void oneThatIsGoneIsNoFault() {
    String namespace = server.namespace("gone-meanwhile");
    deletedBeforeItsFinalizerComes(namespace, "");
    await().until(() -> network(namespace).get() == null);
  }

  /** The API server lets nobody add a finalizer to an object that is about to go. */
  @Test
  void oneThatIsAboutToGoIsNoFault() {
    String namespace = server.namespace("going-meanwhile");
    deletedBeforeItsFinalizerComes(namespace, OTHERS);
    assertThat(network(namespace).get().getMetadata().getFinalizers()).containsExactly(OTHERS);
    network(namespace)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
    await().until(() -> network(namespace).get() == null);
  }

  /** Somebody may take away our finalizer just before we do. */
  @Test
  void oneThatSomebodyElseLetsGoIsNoFault() {
    String namespace = server.namespace("let-go-meanwhile");
    try (Logged sdk = new Logged(EventProcessor.class);
        Logged ours = new Logged(KindReconciler.class);
        OperatorUnderTest operator =
            OperatorUnderTest.start(server, new NowhereAddresses(), "operator")) {
      create(namespace, "");
      await().until(() -> network(namespace).get().getMetadata().getFinalizers().size() == 1);
      // A pass that meets the deletion on its way tries again, and the framework says so.
      operator.awaitQuiet(Duration.ofSeconds(1), Duration.ofSeconds(30));
      AtomicBoolean armed = new AtomicBoolean(true);
      operator.beforeEachWrite(
          path -> {
            if (isOfTheNetwork(path, namespace) && isGoing(namespace) && armed.getAndSet(false)) {
              network(namespace)
                  .patch(
                      PatchContext.of(PatchType.JSON_MERGE),
                      "{\"metadata\":{\"finalizers\":null}}");
            }
          });
      network(namespace).delete();
      await().until(() -> network(namespace).get() == null);
      await().during(Duration.ofSeconds(1)).until(() -> faults(sdk, ours) == 0);
    }
  }

  private void deletedBeforeItsFinalizerComes(String namespace, String finalizer) {
    try (Logged sdk = new Logged(EventProcessor.class);
        Logged ours = new Logged(KindReconciler.class);
        OperatorUnderTest operator =
            OperatorUnderTest.start(server, new NowhereAddresses(), "operator")) {
      AtomicBoolean armed = new AtomicBoolean(true);
      operator.beforeEachWrite(
          path -> {
            if (isOfTheNetwork(path, namespace) && armed.getAndSet(false)) {
              network(namespace).delete();
            }
          });
      create(namespace, finalizer);
      await().until(() -> !armed.get());
      await().during(Duration.ofSeconds(1)).until(() -> faults(sdk, ours) == 0);
    }
  }

  private static long faults(Logged... logs) {
    return Stream.of(logs).mapToLong(log -> log.lines().size()).sum();
  }

  private static boolean isOfTheNetwork(String path, String namespace) {
    return path.endsWith("/%s/knowledgenetworks/meanwhile".formatted(namespace));
  }

  private boolean isGoing(String namespace) {
    KnowledgeNetwork live = network(namespace).get();
    return live != null && live.isMarkedForDeletion() && live.hasFinalizer(Annotations.FINALIZER);
  }

  private Resource<KnowledgeNetwork> network(String namespace) {
    return server
        .client()
        .resources(KnowledgeNetwork.class)
        .inNamespace(namespace)
        .withName("meanwhile");
  }

  private void create(String namespace, String finalizer) {
    server
        .client()
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: knowledgenetwork.dev/v1alpha1
                kind: KnowledgeNetwork
                metadata: {name: meanwhile, namespace: %s, finalizers: [%s]}
                spec: {shardSet: {name: absent}, cacheTier: {name: absent}}
                """
                    .formatted(namespace, finalizer),
                GenericKubernetesResource.class))
        .create();
  }
}
