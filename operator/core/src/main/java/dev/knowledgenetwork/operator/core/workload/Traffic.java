package dev.knowledgenetwork.operator.core.workload;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Rules of network policies. Ports are TCP; what no rule names is denied. */
public final class Traffic {

  private static final Map<String, String> OPERATOR_NAMESPACE =
      Map.of("kubernetes.io/metadata.name", "knowledgenetwork-system");
  private static final Map<String, String> OPERATOR =
      Map.of("app.kubernetes.io/name", "knowledgenetwork-operator");
  private static final Map<String, String> METRICS = Map.of("knowledgenetwork.dev/metrics", "true");
  private static final int DNS_PORT = 53;

  private Traffic() {}

  /** From pods of the same namespace with these labels. */
  public static NetworkPolicyIngressRule fromPods(Map<String, String> labels, int... ports) {
    return new NetworkPolicyIngressRuleBuilder()
        .addNewFrom()
        .withNewPodSelector()
        .withMatchLabels(labels)
        .endPodSelector()
        .endFrom()
        .withPorts(tcp(ports))
        .build();
  }

  /** From the operator. */
  public static NetworkPolicyIngressRule fromOperator(int... ports) {
    return new NetworkPolicyIngressRuleBuilder()
        .addNewFrom()
        .withNewNamespaceSelector()
        .withMatchLabels(OPERATOR_NAMESPACE)
        .endNamespaceSelector()
        .withNewPodSelector()
        .withMatchLabels(OPERATOR)
        .endPodSelector()
        .endFrom()
        .withPorts(tcp(ports))
        .build();
  }

  /** From namespaces that may collect metrics. */
  public static NetworkPolicyIngressRule fromMonitoring(int... ports) {
    return new NetworkPolicyIngressRuleBuilder()
        .addNewFrom()
        .withNewNamespaceSelector()
        .withMatchLabels(METRICS)
        .endNamespaceSelector()
        .endFrom()
        .withPorts(tcp(ports))
        .build();
  }

  /** From everywhere. */
  public static NetworkPolicyIngressRule fromAnyone(int... ports) {
    return new NetworkPolicyIngressRuleBuilder().withPorts(tcp(ports)).build();
  }

  /** To pods of the same namespace with these labels. */
  public static NetworkPolicyEgressRule toPods(Map<String, String> labels, int... ports) {
    return new NetworkPolicyEgressRuleBuilder()
        .addNewTo()
        .withNewPodSelector()
        .withMatchLabels(labels)
        .endPodSelector()
        .endTo()
        .withPorts(tcp(ports))
        .build();
  }

  /** To everywhere, on these ports. */
  public static NetworkPolicyEgressRule toAnyone(int... ports) {
    return new NetworkPolicyEgressRuleBuilder().withPorts(tcp(ports)).build();
  }

  /** To name servers, wherever they run: some clusters have them on their nodes. */
  public static NetworkPolicyEgressRule toNameServers() {
    return new NetworkPolicyEgressRuleBuilder()
        .withPorts(port(DNS_PORT, "UDP"), port(DNS_PORT, "TCP"))
        .build();
  }

  private static List<NetworkPolicyPort> tcp(int... ports) {
    return IntStream.of(ports).mapToObj(number -> port(number, "TCP")).toList();
  }

  private static NetworkPolicyPort port(int number, String protocol) {
    return new NetworkPolicyPortBuilder()
        .withPort(new IntOrString(number))
        .withProtocol(protocol)
        .build();
  }
}
