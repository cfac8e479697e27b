package dev.knowledgenetwork.scenarios;

import dev.knowledgenetwork.testkit.Cluster;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.time.Duration;
import org.awaitility.Awaitility;

/** The operator under test. */
final class Operator {

  private static final String LEASE = "knowledgenetwork-operator";
  private static final String POSTGRES_IMAGE = "RELATED_IMAGE_POSTGRES_17";
  private static final Duration ROLLED = Duration.ofMinutes(6);

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

  /** Does something while no operator runs; as many as before run afterwards, whatever happens. */
  static void away(Cluster cluster, Runnable meanwhile) {
    int replicas = deployment(cluster).get().getSpec().getReplicas();
    deployment(cluster).scale(0);
    try {
      Awaitility.await("no pod of the operator")
          .atMost(ROLLED)
          .until(() -> cluster.pods(Cluster.OPERATOR_NAMESPACE, Cluster.OPERATOR_LABELS).isEmpty());
      meanwhile.run();
    } finally {
      deployment(cluster).scale(replicas);
    }
    awaitRolled(cluster);
  }

  /**
   * Does something while the operator has another default image of PostgreSQL, as the chart's value
   * {@code images.postgres17} gives it; then it has the one before, whatever happens.
   */
  static void withPostgresImage(Cluster cluster, String image, Runnable meanwhile) {
    String before = postgresImage(cluster);
    postgresImage(cluster, image);
    try {
      awaitRolled(cluster);
      meanwhile.run();
    } finally {
      postgresImage(cluster, before);
    }
    awaitRolled(cluster);
  }

  private static String postgresImage(Cluster cluster) {
    return environment(deployment(cluster).get()).getValue();
  }

  private static void postgresImage(Cluster cluster, String image) {
    deployment(cluster)
        .edit(
            live -> {
              environment(live).setValue(image);
              return live;
            });
  }

  private static EnvVar environment(Deployment deployment) {
    return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv().stream()
        .filter(variable -> variable.getName().equals(POSTGRES_IMAGE))
        .findFirst()
        .orElseThrow();
  }

  /** All pods of the newest template are ready, and no other is left; one of them leads. */
  private static void awaitRolled(Cluster cluster) {
    Awaitility.await("the operator to be rolled")
        .atMost(ROLLED)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              Deployment live = deployment(cluster).get();
              int replicas = live.getSpec().getReplicas();
              return live.getMetadata()
                      .getGeneration()
                      .equals(live.getStatus().getObservedGeneration())
                  && Integer.valueOf(replicas).equals(live.getStatus().getUpdatedReplicas())
                  && Integer.valueOf(replicas).equals(live.getStatus().getReadyReplicas())
                  && Integer.valueOf(replicas).equals(live.getStatus().getReplicas());
            });
    leader(cluster);
  }

  private static RollableScalableResource<Deployment> deployment(Cluster cluster) {
    return cluster
        .client()
        .apps()
        .deployments()
        .inNamespace(Cluster.OPERATOR_NAMESPACE)
        .withName(LEASE);
  }
}
