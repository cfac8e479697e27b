package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.Objects;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An owner is deleted and made again under the same name at once, while what belongs to the first
 * one still waits for the garbage collector.
 */
@ExtendWith(ApiServer.Extension.class)
class RecreationIT {

  /** Shorter than the operator's memory of its own writes, and than its pause between looks. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private static final List<String> RETAINED =
      List.of("kn-superuser", "kn-db-ca", "kn-app", "kn-migrate", "kn-topology");

  /** Secrets with a certificate, and the authority that must have signed it. */
  private static final Map<String, String> SIGNED_BY =
      Map.of(
          "kn-api-tls", "kn-api-ca",
          "kn-cache-server", "kn-cache-ca",
          "kn-cache-auth", "kn-cache-ca",
          "kn-s0-tls", "kn-db-ca",
          "kn-pooler", "kn-db-ca");

  private final ApiServer server;
  private final KubernetesClient client;
  private final Objects objects;
  private String namespace = "";
  private FakeCluster cluster;
  private OperatorUnderTest operator;

  RecreationIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
    this.objects = new Objects(client);
  }

  @BeforeEach
  void start() {
    namespace = server.namespace("recreation");
    cluster = new FakeCluster(server, namespace);
    operator = OperatorUnderTest.start(server, new NowhereAddresses(), "operator");
  }

  @AfterEach
  void stop() {
    operator.close();
    cluster.close();
  }

  @Test
  void allIsMadeAgainForTheNewOwnerAndRetainedSecretsStayAsTheyAre() {
    create(KnowledgeNetwork.class);
    settle();
    Map<String, String> before = objects.secretsAndIdentities(namespace);

    cluster.collecting(false);
    String earlier = live(KnowledgeNetwork.class).get().getMetadata().getUid();
    delete(KnowledgeNetwork.class);
    create(KnowledgeNetwork.class);
    awaitTakenOver(KnowledgeNetwork.class);
    assertThat(objects.secretsAndIdentities(namespace))
        .as("nothing of the earlier owner is touched")
        .containsAllEntriesOf(without(before, "KnowledgeNetwork/kn"));
    cluster.collecting(true);

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(objects.names(namespace)).containsAll(before.keySet());
              assertThat(controllers()).isNotEmpty().doesNotContain(earlier);
            });
    settle();
    // The collector may still be at what the earlier ones owned.
    await().atMost(SOON).untilAsserted(() -> assertThat(living()).containsAll(controllers()));
    settle();
    Map<String, String> after = objects.secretsAndIdentities(namespace);
    assertThat(after.keySet()).isEqualTo(before.keySet());
    for (String secret : RETAINED) {
      assertThat(after).containsEntry("Secret/" + secret, before.get("Secret/" + secret));
    }
    assertThat(after.get("Secret/kn-api-ca")).isNotEqualTo(before.get("Secret/kn-api-ca"));
    SIGNED_BY.forEach(this::assertAuthority);
  }

  @Test
  void noCertificateIsSignedByAnAuthorityThatIsBeingCollected() {
    create(CacheTier.class);
    await().atMost(SOON).until(() -> objects.names(namespace).contains("StatefulSet/kn-valkey"));
    quiet();
    cluster.collecting(false);
    delete(CacheTier.class);
    create(CacheTier.class);
    awaitTakenOver(CacheTier.class);

    // The collector goes in no order: here the certificate is first and the authority last.
    String authority = value("kn-cache-ca", "tls.crt");
    secret("kn-cache-server").delete();
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(3))
        .until(() -> secret("kn-cache-server").get() == null);

    cluster.collecting(true);
    await().atMost(SOON).until(() -> secret("kn-cache-server").get() != null);
    quiet();
    assertThat(value("kn-cache-ca", "tls.crt")).isNotEqualTo(authority);
    assertAuthority("kn-cache-server", "kn-cache-ca");
    assertAuthority("kn-cache-auth", "kn-cache-ca");
  }

  private void create(Class<? extends CustomResource<?, ?>> type) {
    GenericKubernetesResource object =
        new GenericKubernetesResourceBuilder()
            .withApiVersion(HasMetadata.getApiVersion(type))
            .withKind(HasMetadata.getKind(type))
            .withNewMetadata()
            .withName("kn")
            .withNamespace(namespace)
            .endMetadata()
            .build();
    object.setAdditionalProperty("spec", Map.of());
    client.resource(object).create();
  }

  private void delete(Class<? extends CustomResource<?, ?>> type) {
    live(type).delete();
    await().until(() -> live(type).get() == null);
  }

  private <P extends CustomResource<?, ?>> Resource<P> live(Class<P> type) {
    return client.resources(type).inNamespace(namespace).withName("kn");
  }

  private Resource<Secret> secret(String name) {
    return client.secrets().inNamespace(namespace).withName(name);
  }

  private <P extends CustomResource<?, ? extends Conditioned>> void awaitTakenOver(Class<P> type) {
    await().atMost(SOON).until(() -> !Told.of(live(type).get().getStatus()).isEmpty());
    quiet();
  }

  private void settle() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> objects.names(namespace).contains("PersistentVolumeClaim/data-kn-s0-0"));
    quiet();
  }

  private void quiet() {
    operator.awaitQuiet(Duration.ofSeconds(2), Duration.ofSeconds(30));
  }

  private void assertAuthority(String signed, String authority) {
    assertThat(value(signed, "ca.crt")).as(signed).isEqualTo(value(authority, "tls.crt"));
  }

  private String value(String secret, String key) {
    return secret(secret).get().getData().get(key);
  }

  private Set<String> controllers() {
    return objects
        .all(namespace)
        .flatMap(object -> object.getMetadata().getOwnerReferences().stream())
        .filter(reference -> Boolean.TRUE.equals(reference.getController()))
        .map(OwnerReference::getUid)
        .collect(Collectors.toSet());
  }

  private Set<String> living() {
    return objects
        .all(namespace)
        .map(object -> object.getMetadata().getUid())
        .collect(Collectors.toSet());
  }

  private static Map<String, String> without(Map<String, String> all, String name) {
    return all.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(name))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
