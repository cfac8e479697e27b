package dev.knowledgenetwork.operator.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.golden.PodRules;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.network.NetworkSpecs;
import dev.knowledgenetwork.operator.core.network.WholePlatform;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a KnowledgeNetwork says of pods holds for every pod and account of the platform. */
class PodsTest {

  private static final List<HasMetadata> PLATFORM =
      WholePlatform.objects(
          NetworkSpecs.network(
              """
              imagePullSecrets: [{name: registry}]
              priorityClassName: high
              podLabels: {team: search}
              podAnnotations: {example.org/note: a}
              serviceAccountAnnotations: {example.org/identity: b}
              placement:
                nodeSelector: {disk: ssd}
                tolerations: [{key: knowledge, operator: Exists}]
                topologySpread: [{maxSkew: 2, topologyKey: rack, whenUnsatisfiable: DoNotSchedule}]
              """));

  @Test
  void everyPodCarriesWhatTheSpecSays() {
    assertThat(templates())
        .as("two shards, pooler, cache, three roles, migration")
        .hasSize(8)
        .allSatisfy(
            template -> {
              assertThat(template.getMetadata().getLabels())
                  .containsEntry("team", "search")
                  .containsKey(Labels.NAME);
              assertThat(template.getMetadata().getAnnotations())
                  .containsEntry("example.org/note", "a");
              assertThat(template.getSpec().getImagePullSecrets())
                  .map(secret -> secret.getName())
                  .containsExactly("registry");
              assertThat(template.getSpec().getPriorityClassName()).isEqualTo("high");
              assertThat(template.getSpec().getNodeSelector()).isEqualTo(Map.of("disk", "ssd"));
              assertThat(template.getSpec().getTolerations())
                  .map(toleration -> toleration.getKey())
                  .containsExactly("knowledge");
            });
  }

  @Test
  void everyGroupOfPodsSpreadsAsAskedOverItself() {
    assertThat(PLATFORM)
        .filteredOn(object -> object instanceof Deployment || object instanceof StatefulSet)
        .hasSize(7)
        .allSatisfy(
            object -> {
              TopologySpreadConstraint spread =
                  PodRules.template(object)
                      .orElseThrow()
                      .getSpec()
                      .getTopologySpreadConstraints()
                      .getFirst();
              assertThat(spread.getMaxSkew()).isEqualTo(2);
              assertThat(spread.getTopologyKey()).isEqualTo("rack");
              assertThat(spread.getWhenUnsatisfiable()).isEqualTo("DoNotSchedule");
              assertThat(spread.getLabelSelector().getMatchLabels()).isEqualTo(selector(object));
            });
  }

  @Test
  void everyAccountIsAnnotated() {
    assertThat(PLATFORM)
        .filteredOn(ServiceAccount.class::isInstance)
        .as("two shards, pooler, cache, three roles, migration")
        .hasSize(8)
        .allSatisfy(
            account ->
                assertThat(account.getMetadata().getAnnotations())
                    .containsEntry("example.org/identity", "b"));
  }

  @Test
  void labelsOfUsersEnterNoSelector() {
    assertThat(PLATFORM.stream().map(PodsTest::selector).filter(labels -> !labels.isEmpty()))
        .hasSizeGreaterThan(15)
        .allSatisfy(labels -> assertThat(labels).doesNotContainKey("team"));
  }

  @Test
  void oursStandWhereAnOldDefinitionLetsThemBeOverwritten() {
    Pods pods =
        new Pods(
            NetworkSpecs.network("podLabels: {app.kubernetes.io/name: other}").getSpec().pods(),
            NetworkSpecs.network("{}").getSpec().placement());
    assertThat(pods.metadata(Map.of(Labels.NAME, "api"), Map.of()).getLabels())
        .isEqualTo(Map.of(Labels.NAME, "api"));
  }

  @Test
  void imagesOfTheSpecReplaceTheOperators() {
    assertThat(
            WholePlatform.objects(NetworkSpecs.network("image: registry.example.org/app:2"))
                .stream()
                .flatMap(object -> PodRules.template(object).stream())
                .map(template -> template.getSpec().getContainers().getFirst().getImage()))
        .containsExactlyInAnyOrder(
            "postgres:1",
            "postgres:1",
            "pooler:1",
            "valkey:1",
            "registry.example.org/app:2",
            "registry.example.org/app:2",
            "registry.example.org/app:2",
            "registry.example.org/app:2");
  }

  private static List<PodTemplateSpec> templates() {
    return PLATFORM.stream().flatMap(object -> PodRules.template(object).stream()).toList();
  }

  private static Map<String, String> selector(HasMetadata object) {
    return switch (object) {
      case Deployment deployment -> deployment.getSpec().getSelector().getMatchLabels();
      case StatefulSet set -> set.getSpec().getSelector().getMatchLabels();
      case Service service -> service.getSpec().getSelector();
      case PodDisruptionBudget budget -> budget.getSpec().getSelector().getMatchLabels();
      default -> Map.of();
    };
  }
}
