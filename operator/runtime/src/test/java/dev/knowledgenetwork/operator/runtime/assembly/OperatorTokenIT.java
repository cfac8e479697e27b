package dev.knowledgenetwork.operator.runtime.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.OperatorJar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process with the account and the rights that the chart gives it, of which some are lost. The
 * test is the kubelet: it writes tokens, and starts the process again.
 */
@ExtendWith(ApiServer.Extension.class)
class OperatorTokenIT {

  private static final Path TEMPLATES = Path.of("../../charts/knowledgenetwork-operator/templates");
  private static final String NAME = "knowledgenetwork-operator";
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ApiServer server;
  private final KubernetesClient client;
  private final String namespace;
  @TempDir private Path directory;

  OperatorTokenIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
    this.namespace = server.namespace("operator");
  }

  @BeforeEach
  void install() throws IOException {
    for (String template :
        List.of("serviceaccount", "clusterrole", "clusterrolebinding", "leader-election")) {
      String text =
          Files.readAllLines(TEMPLATES.resolve(template + ".yaml")).stream()
              .filter(line -> !line.strip().startsWith("{{"))
              .map(line -> line.replace("{{ .Release.Namespace }}", namespace))
              .collect(Collectors.joining("\n"));
      client
          .load(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
          .items()
          .forEach(this::make);
    }
    issueToken();
  }

  @AfterEach
  void uninstall() {
    client.rbac().clusterRoleBindings().withName(NAME).delete();
    client.rbac().clusterRoles().withName(NAME).delete();
  }

  @Test
  void aLeaderWhoseTokenIsVoidEndsOnceAndThenWaitsForAnotherOne() {
    try (OperatorJar operator = start()) {
      await().atMost(SOON).until(() -> operator.probe("ready") == 200);
      await().atMost(SOON).until(() -> made("before"));
      recreateAccount();
      await().atMost(SOON).until(() -> !operator.lives());
    }
    try (OperatorJar again = start()) {
      await().atMost(SOON).until(() -> again.probe("live") == 200);
      await()
          .atMost(SOON)
          .during(Duration.ofSeconds(8))
          .until(() -> again.lives() && again.probe("live") == 200 && again.probe("ready") == 503);
      issueToken();
      await().atMost(SOON).until(() -> again.probe("ready") == 200);
      await().atMost(SOON).until(() -> made("after"));
    }
  }

  @Test
  void aStandbyThatIsRefusedIsNotReadyAndRecoversWithoutARestart() {
    othersLead();
    try (OperatorJar operator = start()) {
      await().atMost(SOON).until(() -> operator.probe("ready") == 200);
      recreateAccount();
      await().atMost(SOON).until(() -> operator.probe("ready") == 503);
      assertThat(operator.probe("live")).isEqualTo(200);
      issueToken();
      await().atMost(SOON).until(() -> operator.probe("ready") == 200);

      ClusterRoleBinding binding = client.rbac().clusterRoleBindings().withName(NAME).get();
      client.resource(binding).delete();
      await().atMost(SOON).until(() -> operator.probe("ready") == 503);
      assertThat(operator.probe("live")).isEqualTo(200);
      make(binding);
      await().atMost(SOON).until(() -> operator.probe("ready") == 200);
      assertThat(operator.lives()).isTrue();
    }
  }

  private OperatorJar start() {
    return new OperatorJar(server, namespace, "operator-0", token());
  }

  private Path token() {
    return directory.resolve("token");
  }

  private void issueToken() {
    String token =
        client
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(NAME)
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(600L)
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    try {
      Files.writeString(token(), token);
    } catch (IOException e) {
      throw new IllegalStateException("no token", e);
    }
  }

  private void recreateAccount() {
    ServiceAccount account = client.serviceAccounts().inNamespace(namespace).withName(NAME).get();
    client.resource(account).delete();
    make(account);
  }

  private void make(HasMetadata object) {
    object.getMetadata().setUid(null);
    object.getMetadata().setResourceVersion(null);
    client.resource(object).create();
  }

  /** Another replica has the Lease, for an hour. */
  private void othersLead() {
    Lease lease =
        new LeaseBuilder()
            .withNewMetadata()
            .withName(Settings.LEASE)
            .withNamespace(namespace)
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity("operator-1")
            .withLeaseDurationSeconds(3600)
            .withAcquireTime(ZonedDateTime.now(ZoneOffset.UTC))
            .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
            .withLeaseTransitions(1)
            .endSpec()
            .build();
    client.resource(lease).create();
  }

  /** Whether the operator makes what a new object needs. */
  private boolean made(String name) {
    if (client.resources(CacheTier.class).inNamespace(namespace).withName(name).get() == null) {
      CacheTier cache = new CacheTier();
      cache.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
      client.resource(cache).create();
    }
    return client.apps().statefulSets().inNamespace(namespace).withName(name + "-valkey").get()
        != null;
  }
}
