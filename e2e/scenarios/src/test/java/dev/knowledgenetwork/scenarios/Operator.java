package dev.knowledgenetwork.scenarios;

import dev.knowledgenetwork.testkit.Cluster;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import org.awaitility.Awaitility;

/** The operator under test. */
final class Operator {

  private static final String LEASE = "knowledgenetwork-operator";

  private Operator() {}

  /** The pod that holds the Lease; waits up to two minutes for one that runs. */
  static Pod leader(Cluster cluster) {
    return Awaitility.await("a leader of the operator")
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptions()
        .until(
            () -> {
              String holder =
                  cluster
                      .client()
                      .leases()
                      .inNamespace(Cluster.OPERATOR_NAMESPACE)
                      .withName(LEASE)
                      .get()
                      .getSpec()
                      .getHolderIdentity();
              return cluster.pods(Cluster.OPERATOR_NAMESPACE, Cluster.OPERATOR_LABELS).stream()
                  .filter(pod -> pod.getMetadata().getName().equals(holder))
                  .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                  .findFirst()
                  .orElse(null);
            },
            pod -> pod != null);
  }
}
