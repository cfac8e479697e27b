package dev.knowledgenetwork.operator.runtime.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.DeafeningProxy;
import dev.knowledgenetwork.operator.runtime.kit.Logged;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Watches whose connection stays open while nothing comes any more. */
@ExtendWith(ApiServer.Extension.class)
class DeafWatchIT {

  /**
   * Three kinds of the SDK, fifteen of children, EndpointSlices that others made, one definition;
   * more where an API is served.
   */
  private static final int WATCHES = 20;

  private final KubernetesClient client;
  private final ApiServer server;

  DeafWatchIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
  }

  /**
   * Those of the SDK, of children and of definitions. The limit is below the pace of bookmarks, so
   * that the test is short: idle watches are made anew meanwhile, too, without a word.
   */
  @Test
  void areConnectedAgainAndWhatWasMissedIsReconciled() {
    String namespace = server.namespace("deaf");
    try (Logged log = new Logged(DeafWatches.class);
        DeafeningProxy proxy = new DeafeningProxy(server);
        OperatorUnderTest operator =
            OperatorUnderTest.through(
                proxy.config(), new NowhereAddresses(), "operator", Duration.ofSeconds(6))) {
      cache(namespace, "before");
      await().atMost(Duration.ofSeconds(30)).until(() -> made(namespace, "before"));
      operator.awaitQuiet(Duration.ofSeconds(1), Duration.ofSeconds(30));
      await().atMost(Duration.ofSeconds(30)).until(() -> proxy.watches() >= 2 * WATCHES);
      await().atMost(Duration.ofSeconds(30)).until(() -> proxy.watched().size() >= WATCHES);
      assertThat(log.lines()).as("idle watches were closed, and answered").isEmpty();

      List<String> lost = proxy.deafen();
      assertThat(lost)
          .contains(
              "/apis/knowledgenetwork.dev/v1alpha1/cachetiers",
              "/api/v1/services",
              "/apis/apiextensions.k8s.io/v1/customresourcedefinitions");
      cache(namespace, "meanwhile");
      client.services().inNamespace(namespace).withName("before-valkey").delete();

      await().atMost(Duration.ofSeconds(60)).until(() -> made(namespace, "meanwhile"));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  client.services().inNamespace(namespace).withName("before-valkey").get() != null);
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(proxy.watched()).containsAll(lost));
      // One that was just being made anew had no open connection to be deaf on.
      assertThat(lost)
          .filteredOn(path -> log.lines().stream().anyMatch(line -> isTold(line, path)))
          .hasSizeGreaterThan(WATCHES / 2);
    }
  }

  /** As fabric8 watches where WebSockets are refused. */
  @Test
  void areConnectedAgainOverPlainHttp() {
    String namespace = server.namespace("deaf");
    try (DeafeningProxy proxy = new DeafeningProxy(server);
        KubernetesClient listening =
            new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(proxy.config()).withOnlyHttpWatches(true).build())
                .withHttpClientFactory(
                    new ListeningHttpClient.Factory(
                        new DeafWatches(Duration.ofSeconds(3), InstantSource.system())))
                .build();
        SharedIndexInformer<ConfigMap> informer =
            listening.configMaps().inNamespace(namespace).inform()) {
      map(namespace, "before");
      await().until(() -> informer.getStore().getByKey(namespace + "/before") != null);
      proxy.deafen();
      map(namespace, "meanwhile");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> informer.getStore().getByKey(namespace + "/meanwhile") != null);
    }
  }

  private static boolean isTold(String line, String path) {
    return line.contains(path + " was deaf");
  }

  private void map(String namespace, String name) {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();
  }

  private void cache(String namespace, String name) {
    CacheTier cache = new CacheTier();
    cache.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
    client.resource(cache).create();
  }

  private boolean made(String namespace, String cache) {
    return client.apps().statefulSets().inNamespace(namespace).withName(cache + "-valkey").get()
        != null;
  }
}
