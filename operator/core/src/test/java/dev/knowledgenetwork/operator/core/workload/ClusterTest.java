package dev.knowledgenetwork.operator.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.golden.PodRules;
import dev.knowledgenetwork.operator.core.network.NetworkSpecs;
import dev.knowledgenetwork.operator.core.network.WholePlatform;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What follows the cluster in all that the planners make. */
class ClusterTest {

  private static final List<HasMetadata> PLATFORM =
      WholePlatform.objects(
          NetworkSpecs.network("{}"),
          new Cluster("operators", List.of(443, 16443), List.of(53, 5353), true));

  @Test
  void onOpenShiftPodsNameNeitherUserNorGroup() {
    assertThat(PLATFORM.stream().flatMap(object -> PodRules.template(object).stream()))
        .hasSize(8)
        .map(template -> template.getSpec().getSecurityContext())
        .allSatisfy(
            security -> {
              assertThat(security.getRunAsNonRoot()).isTrue();
              assertThat(security.getRunAsUser()).isNull();
              assertThat(security.getRunAsGroup()).isNull();
              assertThat(security.getFsGroup()).isNull();
              assertThat(security.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            });
  }

  @Test
  void theOperatorIsLetInFromWhereItRuns() {
    assertThat(
            policies()
                .flatMap(policy -> policy.getSpec().getIngress().stream())
                .flatMap(rule -> rule.getFrom().stream())
                .filter(peer -> peer.getNamespaceSelector() != null)
                .map(peer -> peer.getNamespaceSelector().getMatchLabels())
                .filter(labels -> labels.containsKey("kubernetes.io/metadata.name"))
                .map(labels -> labels.get("kubernetes.io/metadata.name")))
        .as("two shards, the poolers, the cache and the API")
        .hasSize(5)
        .containsOnly("operators");
  }

  @Test
  void allWhoAskNameServersReachThemOnEveryPort() {
    assertThat(policies().filter(policy -> !policy.getSpec().getEgress().isEmpty()))
        .as("two shards, pooler, three roles, migration; the cache calls nobody")
        .hasSize(7)
        .allSatisfy(
            policy ->
                assertThat(policy.getSpec().getEgress().getFirst().getPorts())
                    .map(ClusterTest::text)
                    .containsExactly("53/UDP", "53/TCP", "5353/UDP", "5353/TCP"));
  }

  @Test
  void onlyDatabasesReachTheApiServer() {
    assertThat(
            policies()
                .filter(
                    policy ->
                        policy.getSpec().getEgress().stream()
                            .flatMap(rule -> rule.getPorts().stream())
                            .anyMatch(port -> text(port).equals("16443/TCP")))
                .map(policy -> policy.getMetadata().getName()))
        .containsExactly("kn-s0", "kn-s1");
  }

  private static Stream<NetworkPolicy> policies() {
    return PLATFORM.stream().filter(NetworkPolicy.class::isInstance).map(NetworkPolicy.class::cast);
  }

  private static String text(NetworkPolicyPort port) {
    return port.getPort().getIntVal() + "/" + port.getProtocol();
  }
}
