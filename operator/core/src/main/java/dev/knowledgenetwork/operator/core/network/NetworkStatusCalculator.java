package dev.knowledgenetwork.operator.core.network;

import static dev.knowledgenetwork.operator.core.kind.ConditionType.CACHE_READY;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.DEGRADED;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.DEPENDENCY_MISSING;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.READY;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.RECONCILING;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.SCHEMA_CURRENT;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.SHARDS_READY;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.STALLED;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.WORKLOAD_READY;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkStatus;
import dev.knowledgenetwork.crds.network.NetworkBinding;
import dev.knowledgenetwork.crds.network.SchemaState;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.NetworkObserved;
import dev.knowledgenetwork.operator.core.kind.Reason;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import dev.knowledgenetwork.operator.core.network.dependency.Dependency;
import dev.knowledgenetwork.operator.core.network.release.Rollout;
import dev.knowledgenetwork.operator.core.network.roles.AppPod;
import dev.knowledgenetwork.operator.core.network.roles.Workload;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The status of a KnowledgeNetwork, computed anew each time; equal while nothing changes. Work that
 * was asked for is Reconciling; only what was lost is Degraded; only what needs a person is
 * Stalled.
 */
public final class NetworkStatusCalculator {

  private final NetworkState state;
  private final KnowledgeNetworkStatus before;

  private NetworkStatusCalculator(NetworkState state) {
    this.state = state;
    this.before = state.before();
  }

  /** The status after a plan; the one before is read from the network. */
  public static KnowledgeNetworkStatus calculate(
      KnowledgeNetwork network, NetworkObserved observed, Plan plan, Instant now) {
    return new NetworkStatusCalculator(NetworkState.of(network, observed, plan)).status(now);
  }

  private KnowledgeNetworkStatus status(Instant now) {
    KnowledgeNetwork network = state.network();
    String name = network.getMetadata().getName();
    return new KnowledgeNetworkStatus(
        network.getMetadata().getGeneration(),
        conditions(now),
        state.shards().name(),
        state.cache().name(),
        schemaState(),
        new NetworkBinding(url(), Names.apiTls(name)));
  }

  private List<Condition> conditions(Instant now) {
    Conditions conditions =
        Conditions.after(before.conditions(), state.network().getMetadata().getGeneration(), now);
    conditions = ready(conditions);
    conditions = reconciling(conditions);
    conditions = stalled(conditions);
    conditions = degraded(conditions);
    conditions = dependency(conditions, SHARDS_READY, state.shards());
    conditions = dependency(conditions, CACHE_READY, state.cache());
    conditions = schemaCurrent(conditions);
    conditions = workloadReady(conditions);
    return dependencyMissing(conditions).toList();
  }

  private Conditions ready(Conditions conditions) {
    ConditionStatus status = state.ready() ? ConditionStatus.TRUE : ConditionStatus.FALSE;
    if (state.paused()) {
      return conditions.with(
          READY,
          status,
          NetworkReason.PAUSED,
          "Nothing is changed: remove the annotation knowledgenetwork.dev/paused to go on.");
    }
    if (state.ready()) {
      return conditions.yes(READY, NetworkReason.READY, "The API answers at " + url() + ".");
    }
    Blocker blocker = blocker();
    return conditions.no(READY, blocker.reason(), blocker.message());
  }

  private Conditions reconciling(Conditions conditions) {
    if (state.paused()) {
      return conditions.no(RECONCILING, NetworkReason.PAUSED, "");
    }
    if (!state.planned()) {
      return conditions.no(RECONCILING, NetworkReason.SETTLED, "");
    }
    Blocker blocker = blocker();
    return conditions.yes(RECONCILING, blocker.reason(), blocker.message());
  }

  private Conditions stalled(Conditions conditions) {
    List<Problem.InvalidSpec> violations = state.violations();
    if (!violations.isEmpty()) {
      return conditions.with(
          STALLED,
          ConditionStatus.TRUE,
          violations.getFirst().reason(),
          violations.stream().map(Problem.InvalidSpec::text).collect(Collectors.joining("; ")));
    }
    if (state.schema() == Rollout.Schema.FAILED) {
      return conditions.yes(STALLED, NetworkReason.MIGRATION_FAILED, migrationFailed());
    }
    return state
        .workload()
        .stuck()
        .map(
            part ->
                conditions.yes(
                    STALLED,
                    NetworkReason.ROLL_STUCK,
                    ("The new pods of Deployment %2$s do not become ready: look at kubectl -n"
                            + " %1$s describe deployment %2$s.")
                        .formatted(namespace(), part.name())))
        .orElseGet(() -> conditions.no(STALLED, NetworkReason.VALID, ""));
  }

  private Conditions degraded(Conditions conditions) {
    if (state.shards().degraded()) {
      return conditions.yes(
          DEGRADED,
          NetworkReason.SHARDS_DEGRADED,
          "ShardSet %s is degraded: see its conditions.".formatted(state.shards().name()));
    }
    if (state.cache().degraded()) {
      return conditions.yes(
          DEGRADED,
          NetworkReason.CACHE_DEGRADED,
          "CacheTier %s is degraded: see its conditions.".formatted(state.cache().name()));
    }
    if (state.lost()) {
      Blocker blocker = blocker();
      return conditions.yes(DEGRADED, blocker.reason(), blocker.message());
    }
    return conditions.no(DEGRADED, NetworkReason.WHOLE, "");
  }

  private Conditions dependency(
      Conditions conditions, ConditionType type, Dependency<?> dependency) {
    Dependency.Health health = dependency.health();
    return conditions.with(type, health.status(), health.reason(), health.message());
  }

  private Conditions schemaCurrent(Conditions conditions) {
    return switch (state.schema()) {
      case CURRENT ->
          conditions.yes(SCHEMA_CURRENT, NetworkReason.MIGRATED, "Every shard is up to date.");
      case MIGRATING -> conditions.no(SCHEMA_CURRENT, NetworkReason.MIGRATING, migrating());
      case FAILED ->
          conditions.no(SCHEMA_CURRENT, NetworkReason.MIGRATION_FAILED, migrationFailed());
      case WAITING ->
          conditions.no(
              SCHEMA_CURRENT,
              NetworkReason.WAITING_FOR_SHARDS,
              "The migration starts when the shards are ready.");
    };
  }

  private Conditions workloadReady(Conditions conditions) {
    Workload workload = state.workload();
    if (!workload.exists()) {
      return conditions.no(
          WORKLOAD_READY,
          NetworkReason.PENDING,
          "The application starts when shards, cache and schema are ready.");
    }
    if (!workload.serves()) {
      Reason reason = state.planned() ? NetworkReason.ROLLING : NetworkReason.UNAVAILABLE;
      return conditions.no(WORKLOAD_READY, reason, unavailable());
    }
    return workload.rolling()
        ? conditions.yes(WORKLOAD_READY, NetworkReason.ROLLING, "Pods are being replaced.")
        : conditions.yes(WORKLOAD_READY, NetworkReason.AVAILABLE, "Every pod serves.");
  }

  private Conditions dependencyMissing(Conditions conditions) {
    List<Problem> missing =
        state.plan().problems().stream()
            .filter(problem -> problem.reason().endsWith("Missing"))
            .toList();
    if (missing.isEmpty()) {
      return conditions.no(DEPENDENCY_MISSING, NetworkReason.NOTHING_MISSING, "");
    }
    return conditions.with(
        DEPENDENCY_MISSING,
        ConditionStatus.TRUE,
        missing.getFirst().reason(),
        missing.stream().map(Problem::message).collect(Collectors.joining(" ")));
  }

  /** The first thing that stands between the network and what the spec asks for. */
  private Blocker blocker() {
    if (!state.shards().health().ready()) {
      return new Blocker(NetworkReason.WAITING_FOR_SHARDS, state.shards().health().message());
    }
    if (!state.cache().health().ready()) {
      return new Blocker(NetworkReason.WAITING_FOR_CACHE, state.cache().health().message());
    }
    if (state.schema() == Rollout.Schema.FAILED) {
      return new Blocker(NetworkReason.MIGRATION_FAILED, migrationFailed());
    }
    if (state.schema() != Rollout.Schema.CURRENT) {
      return new Blocker(NetworkReason.MIGRATING, migrating());
    }
    Workload workload = state.workload();
    if (!workload.exists()) {
      return new Blocker(NetworkReason.CREATING, "The application is about to start.");
    }
    if (!workload.serves()) {
      Reason reason = workload.rolling() ? NetworkReason.ROLLING : NetworkReason.UNAVAILABLE;
      return new Blocker(reason, unavailable());
    }
    return workload.rolling()
        ? new Blocker(NetworkReason.ROLLING, "Pods are being replaced.")
        : new Blocker(NetworkReason.APPLYING, "The ShardSet or the CacheTier is being changed.");
  }

  private record Blocker(Reason reason, String message) {}

  private SchemaState schemaState() {
    String jobName = state.job().map(job -> job.getMetadata().getName()).orElse(null);
    SchemaState old = before.schema();
    String image =
        state.schema() == Rollout.Schema.CURRENT
            ? state
                .job()
                .map(job -> job.getSpec().getTemplate().getSpec().getContainers().getFirst())
                .map(container -> container.getImage())
                .orElse(old == null ? null : old.image())
            : old == null ? null : old.image();
    return jobName == null && old != null ? old : new SchemaState(jobName, image);
  }

  private String migrating() {
    return state
        .job()
        .map(job -> NetworkProblems.migrating(job.getMetadata().getName()))
        .orElse("The migration of the schema is about to start.");
  }

  private String migrationFailed() {
    String job = state.job().map(live -> live.getMetadata().getName()).orElse("");
    return NetworkProblems.failed(namespace(), job);
  }

  private String unavailable() {
    return "Pods that serve: %s. Look at kubectl -n %s get pods -l knowledgenetwork.dev/network=%s."
        .formatted(
            state.workload().missing(), namespace(), state.network().getMetadata().getName());
  }

  private String url() {
    String service = Names.application(state.network().getMetadata().getName(), Role.API.text());
    return "https://" + Names.host(service, namespace()) + ":" + AppPod.HTTPS_PORT;
  }

  private String namespace() {
    return state.network().getMetadata().getNamespace();
  }
}
