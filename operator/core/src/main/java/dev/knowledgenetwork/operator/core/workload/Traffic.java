package dev.knowledgenetwork.operator.core.workload;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rules of network policies. Ports are TCP; what no rule names is denied. */
public final class Traffic {

  private static final Map<String, String> OPERATOR =
      Map.of("app.kubernetes.io/name", "knowledgenetwork-operator");
  private static final Map<String, String> METRICS = Map.of("knowledgenetwork.dev/metrics", "true");

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

  /** From the operator, wherever it is installed. */
  public static NetworkPolicyIngressRule fromOperator(Cluster cluster, int... ports) {
    return new NetworkPolicyIngressRuleBuilder()
        .addNewFrom()
        .withNewNamespaceSelector()
        .withMatchLabels(Map.of("kubernetes.io/metadata.name", cluster.operatorNamespace()))
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

  /** From every pod of the cluster. */
  public static NetworkPolicyIngressRule fromAnyPod(int... ports) {
    return new NetworkPolicyIngressRuleBuilder()
        .addNewFrom()
        .withNewNamespaceSelector()
        .endNamespaceSelector()
        .endFrom()
        .withPorts(tcp(ports))
        .build();
  }

  /** From these networks, as 203.0.113.0/24. */
  public static NetworkPolicyIngressRule fromNetworks(Collection<String> networks, int... ports) {
    return new NetworkPolicyIngressRuleBuilder()
        .withFrom(
            networks.stream()
                .sorted()
                .map(
                    network ->
                        new NetworkPolicyPeerBuilder()
                            .withNewIpBlock()
                            .withCidr(network)
                            .endIpBlock()
                            .build())
                .toList())
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
  public static NetworkPolicyEgressRule toNameServers(Cluster cluster) {
    return new NetworkPolicyEgressRuleBuilder()
        .withPorts(
            cluster.dnsPorts().stream()
                .flatMap(number -> Stream.of(port(number, "UDP"), port(number, "TCP")))
                .toList())
        .build();
  }

  /** To the API server: policies see its own address, or that of its Service. */
  public static NetworkPolicyEgressRule toApiServer(Cluster cluster) {
    return toAnyone(cluster.apiServerPorts().stream().mapToInt(Integer::intValue).toArray());
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
