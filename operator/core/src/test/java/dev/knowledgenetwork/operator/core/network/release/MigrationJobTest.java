package dev.knowledgenetwork.operator.core.network.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.network.NetworkSpecs;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.network.blueprint.Release;
import dev.knowledgenetwork.operator.core.workload.Cluster;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MigrationJobTest {

  @Test
  void theNameOfAMigrationFollowsFromImageAndData() {
    String name = name("{}", "app:1", "cluster-1");
    assertThat(name).matches("kn-migrate-[0-9a-f]{8}").isEqualTo(name("{}", "app:1", "cluster-1"));
    assertThat(Stream.of(name, name("{}", "app:2", "cluster-1"), name("{}", "app:1", "cluster-2")))
        .doesNotHaveDuplicates();
  }

  /** So a migration that could not pull its image is made anew once the Secret is named. */
  @Test
  void anotherPodIsAnotherJobBecauseJobsCannotChange() {
    assertThat(name("imagePullSecrets: [{name: registry}]", "app:1", "cluster-1"))
        .isNotEqualTo(name("{}", "app:1", "cluster-1"));
  }

  private static String name(String spec, String image, String clusterId) {
    Release release =
        new Release(
            image,
            clusterId,
            new Release.DatabaseBinding("kn", "t", "a", "m", 1, 5, "l"),
            new Release.CacheBinding("kn", "c", "s", "p", "l", List.of()));
    return MigrationJob.of(
            new NetworkObjects(NetworkSpecs.network(spec), Cluster.standard()), release)
        .getMetadata()
        .getName();
  }
}
