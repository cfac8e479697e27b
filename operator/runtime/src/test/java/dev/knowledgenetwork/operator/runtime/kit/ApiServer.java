package dev.knowledgenetwork.operator.runtime.kit;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.runtime.kube.TolerantReading;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A real kube-apiserver with etcd, one for all tests of the run, with the project's CRDs. It runs
 * no controllers: {@link FakeCluster} stands in for them.
 */
public final class ApiServer implements AutoCloseable {

  private static final String VARIABLE = "KUBE_API_TEST_DIR";
  private static final String STORAGE_CLASS = "standard";
  private static final Path CRDS = Path.of("../../crds/generated");

  private final KubeAPIServer server;
  private final KubernetesClient client;
  private final Activity activity;

  ApiServer() {
    server =
        new KubeAPIServer(
            KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withTestDir(binaries().toString())
                .withOfflineMode(true)
                .withUpdateKubeConfig(false)
                .build());
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(config())
            .withKubernetesSerialization(TolerantReading.serialization())
            .build();
    definitions();
    storageClass();
    addresses();
    activity = new Activity(client);
  }

  /** The range that it starts with, which no flag can change, has room for 250 Services. */
  private void addresses() {
    client
        .resource(
            """
            apiVersion: networking.k8s.io/v1
            kind: ServiceCIDR
            metadata: {name: tests}
            spec: {cidrs: [10.64.0.0/16]}
            """)
        .create();
  }

  /** How to reach it, as a member of system:masters. */
  public Config config() {
    return Config.fromKubeconfig(server.getKubeConfigYaml());
  }

  /** A connection for tests. */
  public KubernetesClient client() {
    return client;
  }

  /** What happens on it. */
  Activity activity() {
    return activity;
  }

  /** A fresh namespace; what earlier tests left elsewhere is not seen in it. */
  public String namespace(String prefix) {
    String name = prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    return name;
  }

  /**
   * Takes away what tests left: the next ones count the writes of all objects. No controller that
   * would do it runs here.
   */
  private void clear() {
    Stream.of(KnowledgeNetwork.class, ShardSet.class, CacheTier.class)
        .flatMap(kind -> client.resources(kind).inAnyNamespace().list().getItems().stream())
        .forEach(
            object -> {
              client
                  .resource(object)
                  .edit(
                      live -> {
                        live.getMetadata().setFinalizers(List.of());
                        return live;
                      });
              client.resource(object).delete();
            });
  }

  /** As most clusters have one: the default for claims that name none, and its volumes can grow. */
  private void storageClass() {
    client
        .resource(
            new StorageClassBuilder()
                .withNewMetadata()
                .withName(STORAGE_CLASS)
                .addToAnnotations("storageclass.kubernetes.io/is-default-class", "true")
                .endMetadata()
                .withProvisioner("example.com/volumes")
                .withAllowVolumeExpansion(true)
                .build())
        .create();
  }

  private void definitions() {
    try (Stream<Path> files = Files.list(CRDS)) {
      List<CustomResourceDefinition> definitions =
          files
              .sorted()
              .map(
                  file ->
                      client.apiextensions().v1().customResourceDefinitions().load(file.toFile()))
              .map(loaded -> loaded.serverSideApply())
              .toList();
      definitions.forEach(
          definition ->
              client
                  .resource(definition)
                  .waitUntilCondition(
                      live ->
                          live != null
                              && live.getStatus() != null
                              && live.getStatus().getConditions().stream()
                                  .anyMatch(
                                      c ->
                                          c.getType().equals("Established")
                                              && c.getStatus().equals("True")),
                      20,
                      TimeUnit.SECONDS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path binaries() {
    Path directory =
        Optional.ofNullable(System.getenv(VARIABLE))
            .or(() -> Optional.ofNullable(System.getProperty(VARIABLE)))
            .map(Path::of)
            .orElseGet(ApiServer::cached);
    if (!Files.isDirectory(directory.resolve("k8s"))) {
      throw new IllegalStateException(
          "No kube-apiserver for tests in "
              + directory
              + ": run './kn up' or './kn test it' once, which build it, or let "
              + VARIABLE
              + " name a directory laid out for kube-api-test.");
    }
    return directory;
  }

  private static Path cached() {
    Path cache =
        Optional.ofNullable(System.getenv("KN_CACHE"))
            .map(Path::of)
            .or(
                () ->
                    Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                        .map(home -> Path.of(home, "kn")))
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "kn"));
    return cache.resolve("kubeapitest");
  }

  @Override
  public void close() {
    activity.close();
    client.close();
    server.stop();
  }

  /** Hands the one server to test classes. */
  public static final class Extension
      implements BeforeAllCallback, AfterAllCallback, ParameterResolver {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final ExtensionContext.Namespace NAMESPACE =
        ExtensionContext.Namespace.create(ApiServer.class);

    @Override
    public void beforeAll(ExtensionContext context) {
      // A machine that others use takes its time; what is as expected is not waited for.
      Awaitility.setDefaultTimeout(PATIENCE);
      server(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
      server(context).clear();
    }

    private static ApiServer server(ExtensionContext context) {
      return context
          .getRoot()
          .getStore(NAMESPACE)
          .getOrComputeIfAbsent(ApiServer.class, type -> new ApiServer(), ApiServer.class);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == ApiServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return server(context);
    }
  }
}
