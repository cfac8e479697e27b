package dev.knowledgenetwork.operator.core.network;

import dev.knowledgenetwork.crds.network.ProfileState;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkReason;
import dev.knowledgenetwork.operator.core.network.dependency.Dependency;
import dev.knowledgenetwork.operator.core.network.release.Rollout;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.workload.PodObstacle;
import java.util.ArrayList;
import java.util.List;

/** Why a plan is not yet the whole of what the spec asks for. */
final class NetworkProblems {

  private NetworkProblems() {}

  static List<Problem> of(
      NetworkObjects objects, Rollout rollout, Children children, boolean monitorMissing) {
    List<Problem> problems = new ArrayList<>();
    waiting(rollout.shards(), problems);
    waiting(rollout.cache(), problems);
    rollout
        .migration()
        .ifPresent(
            job -> {
              String name = job.getMetadata().getName();
              switch (rollout.schema()) {
                case MIGRATING ->
                    problems.add(
                        new Problem.WaitingFor(NetworkReason.MIGRATING, migrating(name, children)));
                case FAILED ->
                    problems.add(
                        new Problem.WaitingFor(
                            NetworkReason.MIGRATION_FAILED, failed(objects.namespace(), name)));
                case WAITING, CURRENT -> {}
              }
            });
    if (monitorMissing) {
      problems.add(
          new Problem.Unserved(
              NetworkReason.SERVICE_MONITOR_MISSING,
              "The cluster does not serve monitoring.coreos.com/v1: install the Prometheus"
                  + " operator, or set spec.observability.serviceMonitor to false."));
    }
    return problems;
  }

  static Problem unknownRevision(ProfileState profile) {
    return new Problem.InvalidSpec(
        NetworkReason.UNKNOWN_REVISION,
        "spec.profile",
        ("this version of the operator does not know revision %d of the profile's sizes, which the"
                + " status records: install the version that recorded it, or a newer one")
            .formatted(profile.revision()));
  }

  static String migrating(String job, Children children) {
    return "Job %s brings the schema of every shard up to date.".formatted(job)
        + PodObstacle.after(children.podsOf(job));
  }

  static String failed(String namespace, String job) {
    return ("Job %2$s failed; what ran before goes on. Read kubectl -n %1$s logs job/%2$s, remove"
            + " the cause, then kubectl -n %1$s delete job %2$s: it is made again.")
        .formatted(namespace, job);
  }

  private static void waiting(Dependency<?> dependency, List<Problem> problems) {
    Dependency.Health health = dependency.health();
    if (!health.ready()) {
      problems.add(new Problem.WaitingFor(health.reason(), health.message()));
    }
  }
}
