package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testing.Draws;
import dev.knowledgenetwork.testing.Property;
import dev.knowledgenetwork.testkit.Cluster;
import dev.knowledgenetwork.testkit.Platform;
import dev.knowledgenetwork.testkit.Processes;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The operator is killed with SIGKILL at random moments while a platform is made, changed and
 * deleted. It always converges, makes nothing twice and regenerates no Secret.
 */
@Isolated("kills the operator")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorCrashE2E {

  private static final int KILLS_A_PHASE = Scale.ofThisRun().operatorKills();
  private static final Duration CONVERGED = Platform.READY;

  private final Cluster cluster = Cluster.open();
  private final Platform platform = new Platform(cluster, "e2e-crash", "crash");
  private int kills;

  @BeforeAll
  void namespace() {
    cluster.namespace(platform.namespace());
  }

  @AfterAll
  void delete() {
    cluster.deleteNamespace(platform.namespace());
    cluster.close();
  }

  @Property(tries = 1)
  void itConvergesWhateverTheMoment(Draws draws) {
    platform.apply("profile: Development\ndeletionPolicy: Delete");
    killOften(draws);
    platform.awaitReady();
    Map<String, Integer> secrets = secrets();
    assertThat(secrets).isNotEmpty();

    platform.apply("profile: Development\ndeletionPolicy: Delete\napi: {replicas: 2}");
    killOften(draws);
    platform.awaitReady();
    assertThat(secrets()).as("no secret is made anew").isEqualTo(secrets);
    assertThat(platform.jobs()).as("the schema is migrated once").hasSize(1);

    platform.network().delete();
    killOften(draws);
    platform.shardSet().await("deletion", CONVERGED, shardSet -> shardSet.get().isEmpty());
    Awaitility.await("no secret and no claim left")
        .atMost(CONVERGED)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () ->
                secrets().isEmpty()
                    && cluster
                        .client()
                        .persistentVolumeClaims()
                        .inNamespace(platform.namespace())
                        .list()
                        .getItems()
                        .isEmpty());
    assertThat(kills).isGreaterThanOrEqualTo(3 * KILLS_A_PHASE);
    Figure.print("operator killed with SIGKILL %d times: converged", kills);
  }

  /** Kills whoever leads, at a random moment of its work. */
  private void killOften(Draws draws) {
    for (int i = 0; i < KILLS_A_PHASE; i++) {
      Pod leader = Operator.leader(cluster);
      LockSupport.parkNanos(Duration.ofMillis(draws.between(0, 3000)).toNanos());
      Processes.killPod(cluster, leader);
      kills++;
    }
  }

  /** A digest of each Secret: a failing comparison must not print what is in them. */
  private Map<String, Integer> secrets() {
    Map<String, Integer> secrets = new TreeMap<>();
    cluster
        .client()
        .secrets()
        .inNamespace(platform.namespace())
        .list()
        .getItems()
        .forEach(
            secret ->
                secrets.put(
                    secret.getMetadata().getName(), new TreeMap<>(secret.getData()).hashCode()));
    return secrets;
  }
}
