package dev.knowledgenetwork.operator.core.network.release;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.network.blueprint.Release;
import dev.knowledgenetwork.operator.core.network.dependency.Dependency;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Optional;

/**
 * How far a network has come: dependencies, then the schema, then the workload. The first workload
 * waits for all of them; one that runs goes on with its release while a newer one waits.
 *
 * @param target what should run; empty while a dependency has not said what to mount
 * @param running what was last given to the workload
 * @param migration the Job of the newest release that may be migrated; empty before that
 * @param schema how far that Job is
 */
public record Rollout(
    Dependency<ShardSet> shards,
    Dependency<CacheTier> cache,
    Optional<Release> target,
    Optional<Release> running,
    Optional<Job> migration,
    Schema schema) {

  /** How far the migration is. */
  public enum Schema {
    WAITING,
    MIGRATING,
    FAILED,
    CURRENT
  }

  /**
   * Computes from spec and observation alone, so that it is the same after a restart.
   *
   * @param image of the application that should run
   */
  public static Rollout of(NetworkObjects objects, Observed observed, String image) {
    Dependency<ShardSet> shards = Dependency.shardSet(objects.network(), observed.related());
    Dependency<CacheTier> cache = Dependency.cacheTier(objects.network(), observed.related());
    Optional<Release> target = Release.of(image, shards.readable(), cache.readable());
    Optional<Release> running = Release.running(observed.children());
    Optional<Job> planned = target.or(() -> running).map(r -> MigrationJob.of(objects, r));
    Optional<Job> live =
        planned.flatMap(job -> observed.children().find(Job.class, job.getMetadata().getName()));
    boolean mayStart = target.isPresent() && shards.health().ready();
    return new Rollout(
        shards,
        cache,
        target,
        running,
        planned.filter(job -> mayStart || live.isPresent()),
        schema(live, mayStart));
  }

  /** What the workload is to run on; empty: there is no workload yet. */
  public Optional<Release> effective() {
    boolean dependenciesServe = shards.health().ready() && cache.health().ready();
    boolean mayRun = schema == Schema.CURRENT && (running.isPresent() || dependenciesServe);
    return mayRun ? target.or(() -> running) : running;
  }

  /** How far a Job is that exists, or is about to. */
  public static Schema schema(Optional<Job> live, boolean mayStart) {
    if (live.isEmpty()) {
      return mayStart ? Schema.MIGRATING : Schema.WAITING;
    }
    if (MigrationJob.complete(live.get())) {
      return Schema.CURRENT;
    }
    return MigrationJob.failed(live.get()) ? Schema.FAILED : Schema.MIGRATING;
  }
}
