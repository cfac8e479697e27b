package dev.knowledgenetwork.operator.core.network;

import static dev.knowledgenetwork.operator.core.kind.ConditionType.CACHE_READY;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.DEPENDENCY_MISSING;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.SCHEMA_CURRENT;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.SHARDS_READY;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.WORKLOAD_READY;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkStatus;
import dev.knowledgenetwork.crds.network.NetworkBinding;
import dev.knowledgenetwork.crds.network.ProfileState;
import dev.knowledgenetwork.crds.network.SchemaState;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.Finding;
import dev.knowledgenetwork.operator.core.kind.Health;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.kind.StandardConditions;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkReason;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import dev.knowledgenetwork.operator.core.network.dependency.Dependency;
import dev.knowledgenetwork.operator.core.network.release.Rollout;
import dev.knowledgenetwork.operator.core.network.roles.AppPod;
import dev.knowledgenetwork.operator.core.network.roles.SizeTable;
import dev.knowledgenetwork.operator.core.network.roles.Workload;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Reason;
import dev.knowledgenetwork.operator.core.workload.Logs;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  /** The status after a pass; the one before is read from the network. */
  public static KnowledgeNetworkStatus calculate(Pass<KnowledgeNetwork> pass) {
    return new NetworkStatusCalculator(NetworkState.of(pass)).status(pass.now());
  }

  private KnowledgeNetworkStatus status(Instant now) {
    KnowledgeNetwork network = state.network();
    String name = network.getMetadata().getName();
    return new KnowledgeNetworkStatus(
        network.getMetadata().getGeneration(),
        conditions(now),
        profile(),
        state.shards().name(),
        state.cache().name(),
        schemaState(),
        new NetworkBinding(Names.apiBinding(name), url(), Names.apiTls(name)),
        state.pass().round().entries());
  }

  private List<Condition> conditions(Instant now) {
    Conditions conditions =
        Conditions.after(before.conditions(), state.network().getMetadata().getGeneration(), now);
    conditions = StandardConditions.set(conditions, state.pass(), health());
    conditions = dependency(conditions, SHARDS_READY, state.shards());
    conditions = dependency(conditions, CACHE_READY, state.cache());
    conditions = schemaCurrent(conditions);
    conditions = workloadReady(conditions);
    return dependencyMissing(conditions).toList();
  }

  private Health health() {
    return new Health(
        serving(),
        state.ready() ? Finding.of(NetworkReason.READY, served()) : blocker(),
        state.planned() ? Optional.of(blocker()) : Optional.empty(),
        loss(),
        stuck());
  }

  private ConditionStatus serving() {
    ConditionStatus otherwise = state.unknown() ? ConditionStatus.UNKNOWN : ConditionStatus.FALSE;
    return state.ready() ? ConditionStatus.TRUE : otherwise;
  }

  private String served() {
    String served = "The API answers at %s".formatted(url());
    Dependency.Health cache = state.cache().health();
    if (cache.ready()) {
      return served + ".";
    }
    return served
        + (state.cache().unreadable() ? ". " : ", and slower than it could: ")
        + cache.message();
  }

  private Optional<Finding> stuck() {
    if (state.schema() == Rollout.Schema.FAILED) {
      return Optional.of(Finding.of(NetworkReason.MIGRATION_FAILED, migrationFailed()));
    }
    return state
        .workload()
        .stuck()
        .map(
            part ->
                Finding.of(
                    NetworkReason.ROLL_STUCK,
                    "The new pods of Deployment %s do not become ready.%s"
                        .formatted(part.name(), why())));
  }

  private Optional<Finding> loss() {
    return state
        .shards()
        .loss()
        .map(words -> Finding.of(NetworkReason.SHARDS_DEGRADED, words))
        .or(
            () ->
                state.cache().loss().map(words -> Finding.of(NetworkReason.CACHE_DEGRADED, words)))
        .or(() -> state.lost() ? Optional.of(blocker()) : Optional.empty())
        .or(this::yetToReturn)
        .or(
            () ->
                state
                    .tokensAtRisk()
                    .map(words -> Finding.of(NetworkReason.ISSUER_UNAVAILABLE, words)));
  }

  /** What was lost and has been made again is back when it is ready. */
  private Optional<Finding> yetToReturn() {
    boolean whole = state.shards().health().ready() && state.cache().health().ready();
    return whole || !Conditions.holds(before.conditions(), ConditionType.DEGRADED)
        ? Optional.empty()
        : Optional.of(blocker());
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
      boolean planned = state.planned() && !state.lost();
      Reason reason = planned ? NetworkReason.ROLLING : NetworkReason.UNAVAILABLE;
      return conditions.no(WORKLOAD_READY, reason, unavailable());
    }
    return workload.rolling()
        ? conditions.yes(WORKLOAD_READY, NetworkReason.ROLLING, replacing())
        : conditions.yes(WORKLOAD_READY, NetworkReason.AVAILABLE, "Every pod serves.");
  }

  private Conditions dependencyMissing(Conditions conditions) {
    List<Finding> missing =
        Stream.concat(
                Stream.of(state.shards(), state.cache())
                    .filter(Dependency::missing)
                    .map(Dependency::health)
                    .map(health -> new Finding(health.reason(), health.message())),
                state.pass().plan().problems().stream()
                    .filter(Problem.Unserved.class::isInstance)
                    .map(problem -> new Finding(problem.reason(), problem.message())))
            .toList();
    if (missing.isEmpty()) {
      return conditions.no(DEPENDENCY_MISSING, NetworkReason.NOTHING_MISSING, "");
    }
    return conditions.with(
        DEPENDENCY_MISSING,
        ConditionStatus.TRUE,
        missing.getFirst().reason(),
        missing.stream().map(Finding::message).collect(Collectors.joining(" ")));
  }

  /** The first thing that stands between the network and what the spec asks for. */
  private Finding blocker() {
    if (!state.shards().health().ready()) {
      return Finding.of(NetworkReason.WAITING_FOR_SHARDS, state.shards().health().message());
    }
    if (!state.cache().health().ready()) {
      return Finding.of(NetworkReason.WAITING_FOR_CACHE, state.cache().health().message());
    }
    if (state.schema() == Rollout.Schema.FAILED) {
      return Finding.of(NetworkReason.MIGRATION_FAILED, migrationFailed());
    }
    if (state.schema() != Rollout.Schema.CURRENT) {
      return Finding.of(NetworkReason.MIGRATING, migrating());
    }
    Workload workload = state.workload();
    if (!workload.exists()) {
      return Finding.of(NetworkReason.CREATING, "The application is about to start.");
    }
    if (!workload.serves()) {
      boolean rolls = workload.rolling() && !state.lost();
      Reason reason = rolls ? NetworkReason.ROLLING : NetworkReason.UNAVAILABLE;
      return Finding.of(reason, unavailable());
    }
    Optional<String> refused = state.tokensRefused();
    if (refused.isPresent()) {
      return Finding.of(NetworkReason.ISSUER_UNAVAILABLE, refused.get());
    }
    if (workload.rolling()) {
      return Finding.of(NetworkReason.ROLLING, replacing());
    }
    return state
        .withoutAddress()
        .map(
            service ->
                Finding.of(
                    NetworkReason.ADDRESS_PENDING,
                    ("Service %s has no address outside the cluster yet, which the cluster's load"
                            + " balancer gives: where there is none, set spec.api.service.type to"
                            + " NodePort or ClusterIP.")
                        .formatted(service)))
        .orElseGet(() -> Finding.of(NetworkReason.APPLYING, changing()));
  }

  private String changing() {
    return Stream.of(state.shards(), state.cache())
        .flatMap(dependency -> dependency.activity().stream())
        .collect(Collectors.joining(" "));
  }

  /** While nothing may be changed, what runs keeps its sizes. */
  private @Nullable ProfileState profile() {
    return state.pass().isPaused() || state.pass().plan().isBlocked()
        ? before.profile()
        : SizeTable.released().resolve(state.network().getSpec().profile(), before.profile());
  }

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
        .map(
            job ->
                NetworkProblems.migrating(
                    job.getMetadata().getName(), state.pass().observed().children()))
        .orElse("The migration of the schema is about to start.");
  }

  private String migrationFailed() {
    String job = state.job().map(live -> live.getMetadata().getName()).orElse("");
    return NetworkProblems.failed(namespace(), job);
  }

  private String unavailable() {
    return "Pods that serve: %s.%s".formatted(state.workload().missing(), why());
  }

  private String replacing() {
    return "Pods are being replaced." + state.workload().obstacles();
  }

  /** In the words of whoever is in the way; where nobody says a word, where to read on. */
  private String why() {
    String obstacles = state.workload().obstacles();
    return obstacles.isEmpty()
        ? " If this lasts, read why: %s."
            .formatted(
                Logs.command(
                    namespace(), Map.of(Labels.NETWORK, state.network().getMetadata().getName())))
        : obstacles;
  }

  private String url() {
    String service = Names.application(state.network().getMetadata().getName(), Role.API.text());
    return "https://" + Names.host(service, namespace()) + ":" + AppPod.HTTPS_PORT;
  }

  private String namespace() {
    return state.network().getMetadata().getNamespace();
  }
}
