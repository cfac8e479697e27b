package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who writes into a status by hand does not change what it says for long. */
@ExtendWith(ApiServer.Extension.class)
class ForeignStatusIT {

  private final ApiServer server;
  private final KubernetesClient client;
  private final String namespace;
  private FakeCluster cluster;
  private OperatorUnderTest operator;

  ForeignStatusIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
    this.namespace = server.namespace("status");
  }

  @BeforeEach
  void start() {
    cluster = new FakeCluster(server, namespace);
    CacheTier tier = new CacheTier();
    tier.setMetadata(new ObjectMetaBuilder().withName("kn").withNamespace(namespace).build());
    client.resource(tier).create();
    operator = OperatorUnderTest.start(server, new NowhereAddresses(), "operator");
    await().atMost(Duration.ofSeconds(30)).until(() -> ready().isPresent());
    quiet();
  }

  @AfterEach
  void stop() {
    operator.close();
    tier().delete();
    cluster.close();
  }

  @Test
  void aStatusThatWasWipedIsWrittenAgain() {
    patch("[{\"op\":\"remove\",\"path\":\"/status\"}]");
    await().atMost(Duration.ofSeconds(30)).until(() -> ready().isPresent());
    quiet();
  }

  @Test
  void aForgedConditionIsPutRightAndThenNothingIsWritten() {
    Condition truth = ready().orElseThrow();
    int index = tier().get().getStatus().conditions().indexOf(truth);
    patch(
        "[{\"op\":\"replace\",\"path\":\"/status/conditions/%d/message\",\"value\":\"forged\"}]"
            .formatted(index));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> ready().map(Condition::message).orElse(""), truth.message()::equals);
    quiet();
    Map<String, Long> before = operator.writes();
    quiet();
    assertThat(operator.writes()).isEqualTo(before);
  }

  private Optional<Condition> ready() {
    return Optional.ofNullable(tier().get().getStatus())
        .map(status -> status.conditions())
        .flatMap(conditions -> Conditions.find(conditions, ConditionType.READY));
  }

  private void patch(String operations) {
    tier().subresource("status").patch(PatchContext.of(PatchType.JSON), operations);
  }

  private Resource<CacheTier> tier() {
    return client.resources(CacheTier.class).inNamespace(namespace).withName("kn");
  }

  private void quiet() {
    operator.awaitQuiet(Duration.ofSeconds(3), Duration.ofSeconds(40));
  }
}
