package dev.knowledgenetwork.operator.core.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.knowledgenetwork.operator.core.golden.PodRules;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.network.Networks;
import dev.knowledgenetwork.operator.core.network.WholePlatform;
import dev.knowledgenetwork.operator.core.plan.OptionalApi;
import dev.knowledgenetwork.operator.core.workload.Cluster;
import dev.knowledgenetwork.operator.core.workload.Mounts;
import dev.knowledgenetwork.operator.core.workload.Traffic;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The chart against the code: what it grants, brings and sets is what the operator needs. */
class ChartTest {

  private static final Path CHART = Path.of("../../charts/knowledgenetwork-operator");
  private static final Path DEFINITIONS = Path.of("../../crds/generated");
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** What {@link #parse} writes in place of a placeholder. */
  private static final int FILLED = 1;

  /** What the runtime does to objects that no planner makes. */
  private static final Map<String, Set<String>> RUNTIME =
      Map.ofEntries(
          Map.entry(
              "knowledgenetwork.dev/knowledgenetworks", Set.of("get", "list", "patch", "watch")),
          Map.entry("knowledgenetwork.dev/knowledgenetworks/status", Set.of("patch")),
          Map.entry("knowledgenetwork.dev/shardsets/status", Set.of("patch")),
          Map.entry("knowledgenetwork.dev/cachetiers/status", Set.of("patch")),
          Map.entry("/pods", Set.of("list", "watch", "delete")),
          Map.entry("/pods/log", Set.of("get")),
          Map.entry("/persistentvolumeclaims", Set.of("get", "list", "watch", "patch", "delete")),
          Map.entry("discovery.k8s.io/endpointslices", Set.of("list", "watch", "delete")),
          Map.entry("apiextensions.k8s.io/customresourcedefinitions", Set.of("list", "watch")),
          Map.entry("events.k8s.io/events", Set.of("create", "list", "patch")));

  private static final Set<String> APPLIED =
      Set.of("get", "list", "watch", "create", "patch", "delete");

  @Test
  void theOperatorMayDoWhatItDoesAndNothingElse() throws IOException {
    Map<String, Set<String>> needed = new TreeMap<>();
    RUNTIME.forEach((resource, verbs) -> add(needed, resource, verbs));
    WholePlatform.monitored()
        .forEach(
            object -> {
              add(needed, resource(object), APPLIED);
              if (object instanceof Role role) {
                grants(role.getRules()).forEach((key, verbs) -> add(needed, key, verbs));
              }
            });
    // The runtime never prunes a ShardSet.
    needed.get("knowledgenetwork.dev/shardsets").remove("delete");

    ClusterRole role = parse("clusterrole.yaml", ClusterRole.class);
    assertThat(grants(role.getRules())).isEqualTo(needed);
    assertThat(role.getRules())
        .filteredOn(rule -> rule.getResources().contains("customresourcedefinitions"))
        .flatMap(PolicyRule::getResourceNames)
        .containsExactlyInAnyOrderElementsOf(
            Networks.APIS.stream().map(OptionalApi::definition).toList());
  }

  @Test
  void definitionsAreTheGeneratedOnes() throws IOException {
    assertThat(files(CHART.resolve("crds")))
        .as("copy crds/generated/*.yml to charts/knowledgenetwork-operator/crds")
        .isEqualTo(files(DEFINITIONS))
        .hasSize(3);
  }

  @Test
  void everyOperandImageIsHandedOver() throws IOException {
    Deployment deployment = parse("deployment.yaml", Deployment.class);
    assertThat(container(deployment).getEnv())
        .map(variable -> variable.getName())
        .contains(
            "RELATED_IMAGE_POSTGRES_17",
            "RELATED_IMAGE_POOLER",
            "RELATED_IMAGE_VALKEY",
            "RELATED_IMAGE_APP",
            "POD_NAMESPACE");
  }

  @Test
  void theOperatorsPodIsRestricted() throws IOException {
    Deployment deployment = parse("deployment.yaml", Deployment.class);
    JsonNode resources = values().get("resources");
    container(deployment).setResources(YAML.convertValue(resources, ResourceRequirements.class));
    PodSpec pod = deployment.getSpec().getTemplate().getSpec();
    PodRules.verifyRestricted(pod);
    assertThat(pod.getVolumes()).contains(Mounts.none().apiToken("api-token").volumes().getFirst());
    assertThat(container(deployment).getVolumeMounts())
        .contains(Mounts.none().apiToken("api-token").mounts().getFirst());
    assertThat(container(deployment).getLivenessProbe().getHttpGet().getPath())
        .isEqualTo("/q/health/live");
    assertThat(container(deployment).getReadinessProbe().getHttpGet().getPath())
        .isEqualTo("/q/health/ready");
    assertThat(container(deployment).getStartupProbe().getHttpGet().getPath())
        .isEqualTo("/q/health/started");
  }

  /** Operands let in pods with this label; the operator calls pods with those. */
  @Test
  void policiesOfOperatorAndOperandsMeet() throws IOException {
    String helpers = Files.readString(CHART.resolve("templates/_helpers.tpl"));
    String name =
        Traffic.fromOperator(Cluster.standard(), 1)
            .getFrom()
            .getFirst()
            .getPodSelector()
            .getMatchLabels()
            .get(Labels.NAME);
    assertThat(helpers).contains(Labels.NAME + ": " + name);
    NetworkPolicy policy = parse("networkpolicy.yaml", NetworkPolicy.class);
    assertThat(policy.getSpec().getEgress())
        .filteredOn(rule -> !rule.getTo().isEmpty())
        .flatMap(rule -> rule.getTo())
        .map(peer -> peer.getPodSelector().getMatchLabels().get(Labels.NAME))
        .containsExactly("postgres", "pooler", "valkey", "api");
    assertThat(policy.getSpec().getEgress())
        .flatMap(rule -> rule.getPorts())
        .map(port -> port.getPort().getIntVal())
        .containsExactly(FILLED, FILLED, FILLED, 5432, 8008, 6432, 6379, 9000, FILLED);
    assertThat(policy.getSpec().getIngress()).hasSize(1);
  }

  /** Anywhere, as nobody knows the address of such a cache, but never on all ports. */
  @Test
  void theOperatorReachesCachesOutsideOnThePortsThatAreGiven() throws IOException {
    NetworkPolicyEgressRule outside =
        parse("networkpolicy.yaml", NetworkPolicy.class).getSpec().getEgress().getLast();
    assertThat(outside.getTo()).isEmpty();
    assertThat(outside.getPorts().getFirst().getPort().getIntVal()).isEqualTo(FILLED);
    assertThat(Files.readString(CHART.resolve("templates/networkpolicy.yaml")))
        .as("without ports there is no rule: one without ports allows every port")
        .containsSubsequence(
            "{{- with .Values.networkPolicy.externalCachePorts }}", "- ports:", "{{- range . }}");
    assertThat(values().at("/networkPolicy/externalCachePorts"))
        .map(JsonNode::asInt)
        .containsExactly(6379, 6380);
  }

  /** The operator tells the policies of what it makes where it is and what it may reach. */
  @Test
  void policiesOfOperandsFollowTheValuesAndTheNamespaceOfTheRelease() throws IOException {
    Cluster standard = Cluster.standard();
    assertThat(values().at("/networkPolicy/apiServerPorts"))
        .map(JsonNode::asInt)
        .isEqualTo(standard.apiServerPorts());
    assertThat(values().at("/networkPolicy/dnsPorts"))
        .map(JsonNode::asInt)
        .isEqualTo(standard.dnsPorts());
    assertThat(values().get("openshift").asBoolean()).isEqualTo(standard.openShift());
    String deployment = Files.readString(CHART.resolve("templates/deployment.yaml"));
    assertThat(deployment)
        .containsSubsequence(
            "- name: POD_NAMESPACE",
            "fieldPath: metadata.namespace",
            "- name: KN_OPERATOR_API_SERVER_PORTS",
            "join \",\" .Values.networkPolicy.apiServerPorts | quote",
            "- name: KN_OPERATOR_DNS_PORTS",
            "join \",\" .Values.networkPolicy.dnsPorts | quote",
            "- name: KN_OPERATOR_OPENSHIFT",
            ".Values.openshift | quote");
    assertThat(files(CHART.resolve("templates")).values())
        .as("no namespace by name")
        .noneMatch(text -> text.contains(standard.operatorNamespace()))
        .anyMatch(text -> text.contains("namespace: {{ .Release.Namespace }}"));
  }

  /** One that is ready enough is kept, one that is not is never what a drain waits for. */
  @Test
  void podsThatDoNotServeKeepNobodyFromDrainingTheirNode() throws IOException {
    List<PodDisruptionBudget> budgets = new ArrayList<>();
    budgets.add(parse("poddisruptionbudget.yaml", PodDisruptionBudget.class));
    WholePlatform.monitored().stream()
        .filter(PodDisruptionBudget.class::isInstance)
        .map(PodDisruptionBudget.class::cast)
        .forEach(budgets::add);
    assertThat(budgets)
        .hasSizeGreaterThan(3)
        .extracting(budget -> budget.getSpec().getUnhealthyPodEvictionPolicy())
        .containsOnly("AlwaysAllow");
  }

  @Test
  void onOpenShiftTheOperatorNamesNoUser() throws IOException {
    assertThat(Files.readString(CHART.resolve("templates/deployment.yaml")))
        .containsSubsequence(
            "runAsNonRoot: true",
            "{{- if not .Values.openshift }}",
            "runAsUser: 10001",
            "runAsGroup: 10001",
            "fsGroup: 10001",
            "{{- end }}",
            "fsGroupChangePolicy");
  }

  @Test
  void everyValueIsInTheSchema() throws IOException {
    JsonNode schema = new ObjectMapper().readTree(CHART.resolve("values.schema.json").toFile());
    Set<String> known = names(schema.get("properties"));
    known.remove("global");
    assertThat(names(values())).isEqualTo(known);
    assertThat(names(values().get("images")))
        .isEqualTo(names(schema.at("/properties/images/properties")));
    assertThat(names(values().get("networkPolicy")))
        .isEqualTo(names(schema.at("/properties/networkPolicy/properties")));
    assertThat(schema.get("additionalProperties").asBoolean()).isFalse();
  }

  /** Group and plural. */
  private static String resource(HasMetadata object) {
    return object instanceof GenericKubernetesResource generic
        ? generic.getApiVersion().replaceFirst("/.*", "")
            + "/"
            + generic.getKind().toLowerCase(Locale.ROOT)
            + "s"
        : HasMetadata.getGroup(object.getClass()) + "/" + object.getPlural();
  }

  private static Container container(Deployment deployment) {
    return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
  }

  /** Group and resource to verbs. */
  private static Map<String, Set<String>> grants(List<PolicyRule> rules) {
    Map<String, Set<String>> grants = new TreeMap<>();
    rules.forEach(
        rule ->
            rule.getApiGroups()
                .forEach(
                    group ->
                        rule.getResources()
                            .forEach(
                                resource ->
                                    add(
                                        grants,
                                        group + "/" + resource,
                                        Set.copyOf(rule.getVerbs())))));
    return grants;
  }

  private static void add(Map<String, Set<String>> grants, String resource, Set<String> verbs) {
    grants.computeIfAbsent(resource, key -> new TreeSet<>()).addAll(verbs);
  }

  private static JsonNode values() throws IOException {
    return YAML.readTree(CHART.resolve("values.yaml").toFile());
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Map<String, String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.collect(
          Collectors.toMap(file -> file.getFileName().toString(), ChartTest::read));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The template without its placeholders: lines of their own are dropped, others filled. */
  private static <T> T parse(String template, Class<T> type) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(CHART.resolve("templates").resolve(template))) {
      if (!line.strip().startsWith("{{")) {
        lines.add(line.replaceAll("\\{\\{[^}]*}}", "" + FILLED));
      }
    }
    return YAML.readValue(String.join("\n", lines), type);
  }
}
