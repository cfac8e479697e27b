package dev.knowledgenetwork.testkit;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * The cluster that {@code ./kn} made, named by {@code KUBECONFIG}. Opening it fails on a cluster
 * without kn's ownership marker: tests break things, and only our own cluster may be broken.
 */
public final class Cluster implements AutoCloseable {

  public static final String OPERATOR_NAMESPACE = "knowledgenetwork-system";
  public static final Map<String, String> OPERATOR_LABELS =
      Map.of("app.kubernetes.io/name", "knowledgenetwork-operator");

  private final KubernetesClient client;
  private final Path state;

  private Cluster(KubernetesClient client, Path state) {
    this.client = client;
    this.state = state;
  }

  /** Connects, and checks that the marker names the cluster of this machine's state folder. */
  public static Cluster open() {
    Path state = Path.of(System.getProperty("kn.state", "/var/lib/kn"));
    KubernetesClient client = new KubernetesClientBuilder().build();
    ConfigMap marker = client.configMaps().inNamespace("kube-system").withName("kn-owner").get();
    if (marker == null || !id(state).equals(marker.getData().get("id"))) {
      client.close();
      throw new IllegalStateException(
          "This cluster was not made by ./kn on this machine (ConfigMap kube-system/kn-owner)."
              + " Start one with ./kn up, or run the tests through ./kn test e2e.");
    }
    return new Cluster(client, state);
  }

  private static String id(Path state) {
    try {
      return Files.readString(state.resolve("id")).strip();
    } catch (IOException e) {
      return "no cluster in " + state;
    }
  }

  public KubernetesClient client() {
    return client;
  }

  /** The folder of the cluster's processes, logs and audit log. */
  public Path state() {
    return state;
  }

  /**
   * Makes a namespace that enforces the restricted pod security standard; keeps an existing one.
   */
  public void namespace(String name) {
    client
        .namespaces()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .serverSideApply();
  }

  /** Deletes a namespace with all that is in it, and waits until it is gone. */
  public void deleteNamespace(String name) {
    client.namespaces().withName(name).delete();
    Awaitility.await("namespace " + name + " gone")
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> client.namespaces().withName(name).get() == null);
  }

  /** Pods of a namespace with these labels, in no particular order. */
  public List<Pod> pods(String namespace, Map<String, String> labels) {
    return client.pods().inNamespace(namespace).withLabels(labels).list().getItems();
  }

  /** One of our three kinds: {@code KnowledgeNetwork}, {@code ShardSet} or {@code CacheTier}. */
  public CustomObject object(String kind, String namespace, String name) {
    return new CustomObject(client, context(kind), namespace, name);
  }

  /** Applies a manifest as a user would ({@code kubectl apply --server-side}). */
  public GenericKubernetesResource apply(String namespace, GenericKubernetesResource manifest) {
    return client
        .genericKubernetesResources(context(manifest.getKind()))
        .inNamespace(namespace)
        .resource(manifest)
        .fieldManager("kubectl")
        .forceConflicts()
        .serverSideApply();
  }

  static ResourceDefinitionContext context(String kind) {
    return new ResourceDefinitionContext.Builder()
        .withGroup("knowledgenetwork.dev")
        .withVersion("v1alpha1")
        .withKind(kind)
        .withPlural(kind.toLowerCase(java.util.Locale.ROOT) + "s")
        .withNamespaced(true)
        .build();
  }

  @Override
  public void close() {
    client.close();
  }
}
