package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testkit.Audit;
import dev.knowledgenetwork.testkit.Cluster;
import dev.knowledgenetwork.testkit.Platform;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;

/** A settled platform costs the API server nothing, even where others add fields of their own. */
@Isolated("any other platform makes the operator write")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AtRestE2E {

  private static final Duration REST = Scale.ofThisRun().rest();
  private static final Duration SETTLE = Duration.ofSeconds(30);

  private final Cluster cluster = Cluster.open();
  private final Platform platform = new Platform(cluster, "e2e-rest", "rest");

  @BeforeAll
  void apply() {
    platform.apply("profile: Development\ndeletionPolicy: Delete");
    platform.awaitReady();
  }

  @AfterAll
  void delete() {
    cluster.deleteNamespace(platform.namespace());
    cluster.close();
  }

  @Test
  void theOperatorWritesNothing() {
    Stream.of(
            cluster.client().apps().statefulSets().inNamespace(platform.namespace()).list(),
            cluster.client().apps().deployments().inNamespace(platform.namespace()).list(),
            cluster.client().services().inNamespace(platform.namespace()).list())
        .flatMap(list -> list.getItems().stream())
        .forEach(this::addForeignField);

    Audit audit = new Audit(cluster);
    assertThat(audit.operatorWrites(Instant.EPOCH))
        .as("the log and the filter do see the operator")
        .isNotEmpty();
    Instant[] quietSince = {Instant.now()};
    Awaitility.await("the operator to settle")
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofSeconds(5))
        .until(
            () -> {
              if (!audit.operatorWrites(quietSince[0]).isEmpty()) {
                quietSince[0] = Instant.now();
              }
              return Duration.between(quietSince[0], Instant.now()).compareTo(SETTLE) > 0;
            });

    Instant start = Instant.now();
    Awaitility.await("the time at rest")
        .atMost(REST.plusMinutes(1))
        .pollInterval(Duration.ofSeconds(10))
        .until(
            () ->
                !audit.operatorWrites(start).isEmpty()
                    || Duration.between(start, Instant.now()).compareTo(REST) >= 0);
    assertThat(audit.operatorWrites(start)).isEmpty();
    Figure.print("at rest for %d s: 0 writes by the operator", REST.toSeconds());
  }

  /**
   * What a mutating policy does: another manager's annotation, and a field we leave to defaults.
   */
  private void addForeignField(HasMetadata object) {
    cluster
        .client()
        .resource(object)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"policy.example.com/reviewed\":\"true\"},"
                + "\"labels\":{\"policy.example.com/team\":\"search\"}}}");
  }
}
