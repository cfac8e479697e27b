package dev.knowledgenetwork.operator.core.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.operator.core.golden.Golden;
import dev.knowledgenetwork.operator.core.golden.PodRules;
import dev.knowledgenetwork.operator.core.plan.Plan;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the API is reached from outside, and what else a spec adds to the application. */
class ExposureTest {

  @Test
  void withoutAWordTheApiIsReachedFromInside() {
    Plan plan = plan("{}");
    assertThat(services(plan, "kn-api"))
        .singleElement()
        .satisfies(
            service -> {
              assertThat(service.getSpec().getType()).isEqualTo("ClusterIP");
              assertThat(ports(service)).containsExactly("https", "management");
            });
  }

  @Test
  void aLoadBalancerLeadsToTheApiAndNeverToItsMetrics() {
    Plan plan =
        plan(
            """
            api:
              service:
                type: LoadBalancer
                annotations: {external-dns.alpha.kubernetes.io/hostname: kn.example.org}
                sourceRanges: [203.0.113.0/24, "2001:db8::/32"]
                loadBalancerClass: example.org/internal
            """);
    assertThat(services(plan, "kn-api"))
        .map(service -> service.getMetadata().getName())
        .containsExactly("kn-api", "kn-api-metrics");
    Service api = services(plan, "kn-api").getFirst();
    assertThat(ports(api)).containsExactly("https");
    assertThat(api.getMetadata().getAnnotations())
        .isEqualTo(Map.of("external-dns.alpha.kubernetes.io/hostname", "kn.example.org"));
    assertThat(api.getSpec().getType()).isEqualTo("LoadBalancer");
    assertThat(api.getSpec().getLoadBalancerClass()).isEqualTo("example.org/internal");
    assertThat(api.getSpec().getLoadBalancerSourceRanges())
        .containsExactly("2001:db8::/32", "203.0.113.0/24");
    assertThat(api.getSpec().getExternalTrafficPolicy())
        .as("the policy sees the address of the client")
        .isEqualTo("Local");
    Service metrics = services(plan, "kn-api").getLast();
    assertThat(metrics.getSpec().getType()).isEqualTo("ClusterIP");
    assertThat(ports(metrics)).containsExactly("management");
    assertThat(metrics.getMetadata().getLabels()).isEqualTo(api.getMetadata().getLabels());
  }

  @Test
  void thePolicyLetsInTheSourceRangesAndTheClustersPods() {
    Plan plan =
        plan("api: {service: {type: LoadBalancer, sourceRanges: [203.0.113.0/24, 10.0.0.0/8]}}");
    assertThat(Golden.text(plan))
        .as("an empty selector, which is every namespace, and not a peer of nothing")
        .contains("namespaceSelector: {}");
    var ingress = policy(plan).getSpec().getIngress();
    assertThat(ingress.getFirst().getFrom().getFirst().getNamespaceSelector()).isNotNull();
    assertThat(ingress.get(1).getFrom())
        .map(peer -> peer.getIpBlock().getCidr())
        .containsExactly("10.0.0.0/8", "203.0.113.0/24");
    assertThat(ingress.get(1).getPorts())
        .map(port -> port.getPort().getIntVal())
        .containsExactly(8443);
  }

  @Test
  void anExposedApiWithoutRangesIsReachedFromEverywhere() {
    Plan plan = plan("api: {service: {type: NodePort}}");
    assertThat(policy(plan).getSpec().getIngress().getFirst().getFrom()).isEmpty();
    assertThat(services(plan, "kn-api").getFirst().getSpec().getType()).isEqualTo("NodePort");
    assertThat(services(plan, "kn-api").getFirst().getSpec().getExternalTrafficPolicy()).isNull();
  }

  @Test
  void variablesOfTheSpecReachEveryPodAfterOurs() {
    Plan plan =
        plan(
            """
            env:
            - {name: JAVA_TOOL_OPTIONS, value: "-Xlog:gc"}
            - {name: PROXY_PASSWORD, valueFrom: {secretKeyRef: {name: proxy, key: password}}}
            - {name: PROXY, valueFrom: {configMapKeyRef: {name: proxy, key: url, optional: true}}}
            """);
    assertThat(PodRules.templates(plan))
        .hasSize(4)
        .allSatisfy(
            template -> {
              List<EnvVar> env = template.getSpec().getContainers().getFirst().getEnv();
              assertThat(env.getFirst().getName()).isEqualTo("KN_ROLE");
              List<EnvVar> theirs = env.subList(env.size() - 3, env.size());
              assertThat(theirs)
                  .map(EnvVar::getName)
                  .containsExactly("JAVA_TOOL_OPTIONS", "PROXY_PASSWORD", "PROXY");
              assertThat(theirs.getFirst().getValue()).isEqualTo("-Xlog:gc");
              var secret = theirs.get(1).getValueFrom().getSecretKeyRef();
              assertThat(secret.getName() + "/" + secret.getKey()).isEqualTo("proxy/password");
              assertThat(secret.getOptional()).isNull();
              var map = theirs.getLast().getValueFrom().getConfigMapKeyRef();
              assertThat(map.getName() + "/" + map.getKey()).isEqualTo("proxy/url");
              assertThat(map.getOptional()).isTrue();
            });
  }

  @Test
  void webSitesThatMayCallAreSettingsOfTheApplication() {
    assertThat(settings(plan("{}"))).doesNotContainKey("KN_CORS_ENABLED");
    assertThat(
            settings(
                plan("api: {cors: {origins: [https://b.example.org, https://a.example.org]}}")))
        .containsEntry("KN_CORS_ENABLED", "true")
        .containsEntry("KN_CORS_ORIGINS", "https://a.example.org,https://b.example.org")
        .containsEntry("KN_CORS_MAX_AGE", "3600s");
  }

  private static Plan plan(String spec) {
    KnowledgeNetwork network = NetworkSpecs.network(spec);
    return Networks.plan(network, Networks.settled(network, Networks.IMAGES));
  }

  private static List<Service> services(Plan plan, String prefix) {
    return plan.resources().stream()
        .filter(Service.class::isInstance)
        .map(Service.class::cast)
        .filter(service -> service.getMetadata().getName().startsWith(prefix))
        .toList();
  }

  private static List<String> ports(Service service) {
    return service.getSpec().getPorts().stream().map(ServicePort::getName).toList();
  }

  private static NetworkPolicy policy(Plan plan) {
    return named(plan, NetworkPolicy.class, "kn-api");
  }

  private static Map<String, String> settings(Plan plan) {
    return named(plan, ConfigMap.class, "kn-app").getData();
  }

  private static <T extends HasMetadata> T named(Plan plan, Class<T> type, String name) {
    return plan.resources().stream()
        .filter(type::isInstance)
        .map(type::cast)
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
