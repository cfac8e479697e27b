package dev.knowledgenetwork.operator.runtime.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.Objects;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.Primaries;
import dev.knowledgenetwork.operator.runtime.kube.WakeUps;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiServer.Extension.class)
class CanaryIT {

  private final ApiServer server;

  CanaryIT(ApiServer server) {
    this.server = server;
  }

  @Test
  void canariesComeThroughAndLeaveNoTrace() {
    String namespace = server.namespace("operator");
    List<HasMetadata> canaries = List.of(new ShardSet(), new CacheTier(), new KnowledgeNetwork());
    for (HasMetadata canary : canaries) {
      canary.setMetadata(
          new ObjectMetaBuilder()
              .withName("canary")
              .withNamespace(namespace)
              .withLabels(Map.of("knowledgenetwork.dev/canary", "true"))
              .build());
      server.client().resource(canary).create();
    }
    Map<String, String> before = versions(namespace);
    try (OperatorUnderTest operator =
        OperatorUnderTest.start(server, new NowhereAddresses(), namespace)) {
      await()
          .untilAsserted(() -> assertThat(operator.runtime().canary().seen().keySet()).hasSize(3));
      Map<Owner, Instant> first = operator.runtime().canary().seen();
      operator.runtime().canary().send();
      await()
          .untilAsserted(
              () ->
                  assertThat(operator.runtime().canary().seen().entrySet())
                      .allSatisfy(
                          entry ->
                              assertThat(entry.getValue()).isAfter(first.get(entry.getKey()))));
      assertThat(operator.runtime().canary().missing()).isEmpty();
    }
    assertThat(versions(namespace)).isEqualTo(before);
    assertThat(new Objects(server.client()).names(namespace)).hasSize(3);
  }

  @Test
  void inAnotherNamespaceTheLabelMeansNothing() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    Leadership leadership = new Leadership(now::get);
    Canary canary = new Canary("operator", new Primaries(), new WakeUps(), leadership, now::get);
    ShardSet elsewhere = new ShardSet();
    elsewhere.setMetadata(
        new ObjectMetaBuilder()
            .withName("canary")
            .withNamespace("demo")
            .withLabels(Map.of("knowledgenetwork.dev/canary", "true"))
            .build());
    assertThat(canary.is(elsewhere)).isFalse();
  }

  private Map<String, String> versions(String namespace) {
    return Map.of(
        "s", version(ShardSet.class, namespace),
        "c", version(CacheTier.class, namespace),
        "n", version(KnowledgeNetwork.class, namespace));
  }

  private String version(Class<? extends HasMetadata> kind, String namespace) {
    return server
        .client()
        .resources(kind)
        .inNamespace(namespace)
        .withName("canary")
        .get()
        .getMetadata()
        .getResourceVersion();
  }
}
