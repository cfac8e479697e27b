package dev.knowledgenetwork.operator.core.network.release;

import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.network.blueprint.Release;
import dev.knowledgenetwork.operator.core.network.roles.AppPod;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.util.Map;

/** The Job that brings the schema of every shard to the version of a release. */
public final class MigrationJob {

  private static final int RETRIES = 3;
  private static final int DIGITS = 8;

  private MigrationJob() {}

  /**
   * The Job of a release. A Job cannot be changed, so its name follows from all that is in it,
   * image and identity of the data among it: another content is another Job.
   */
  public static Job of(NetworkObjects objects, Release release) {
    JobSpec spec =
        new JobSpecBuilder()
            .withBackoffLimit(RETRIES)
            .withNewTemplate()
            .withMetadata(
                objects
                    .pods()
                    .metadata(
                        Labels.with(
                            objects.podLabels(NetworkObjects.MIGRATE, release),
                            Labels.CLUSTER_ID,
                            release.clusterId()),
                        Map.of()))
            .withSpec(AppPod.migrating(objects, release))
            .endTemplate()
            .build();
    String hash = Hash.ofValue(spec).substring(0, DIGITS);
    return new JobBuilder()
        .withMetadata(
            new ObjectMetaBuilder(
                    objects.metadata(Names.migration(objects.name(), hash), NetworkObjects.MIGRATE))
                .addToLabels(Labels.CLUSTER_ID, release.clusterId())
                .build())
        .withSpec(spec)
        .build();
  }

  /** Whether it did its work. */
  static boolean complete(Job job) {
    return has(job, "Complete");
  }

  /** Whether it gave up. */
  static boolean failed(Job job) {
    return has(job, "Failed");
  }

  private static boolean has(Job job, String type) {
    JobStatus status = job.getStatus();
    return status != null
        && status.getConditions().stream()
            .anyMatch(c -> type.equals(c.getType()) && "True".equals(c.getStatus()));
  }
}
