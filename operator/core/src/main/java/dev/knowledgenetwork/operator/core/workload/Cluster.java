package dev.knowledgenetwork.operator.core.workload;

import java.util.List;

/**
 * What differs between clusters.
 *
 * @param operatorNamespace from which the operator's pods come
 * @param apiServerPorts on which the API server is reached, by its Service and by its own address
 * @param dnsPorts on which name servers are reached, by their Service and by their own address
 * @param openShift whether the cluster chooses users and groups of pods itself and refuses ours
 */
public record Cluster(
    String operatorNamespace,
    List<Integer> apiServerPorts,
    List<Integer> dnsPorts,
    boolean openShift) {

  public Cluster {
    apiServerPorts = List.copyOf(apiServerPorts);
    dnsPorts = List.copyOf(dnsPorts);
  }

  /** As most clusters are, with the operator in the namespace that its guide installs it in. */
  public static Cluster standard() {
    return new Cluster("knowledgenetwork-system", List.of(443, 6443), List.of(53), false);
  }
}
