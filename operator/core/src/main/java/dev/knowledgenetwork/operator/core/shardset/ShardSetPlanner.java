package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Draft;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.operation.Holds;
import dev.knowledgenetwork.operator.core.operation.Parts;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.identity.ClusterIdentity;
import dev.knowledgenetwork.operator.core.shardset.identity.LoginsView;
import dev.knowledgenetwork.operator.core.shardset.identity.ShardSetSecrets;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardAccess;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardPolicies;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardServices;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardStatefulSet;
import dev.knowledgenetwork.operator.core.shardset.operation.GrowVolume;
import dev.knowledgenetwork.operator.core.shardset.operation.ScaleIn;
import dev.knowledgenetwork.operator.core.shardset.operation.Shard;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatchPatroni;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniConfiguration;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniDrift;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.SharedMemory;
import dev.knowledgenetwork.operator.core.shardset.pooler.PoolerWorkload;
import dev.knowledgenetwork.operator.core.shardset.rules.InForce;
import dev.knowledgenetwork.operator.core.shardset.rules.ShardSetValidator;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.core.shardset.topology.PrepareDatabase;
import dev.knowledgenetwork.operator.core.shardset.topology.TopologyPublication;
import dev.knowledgenetwork.operator.core.trial.Trial;
import dev.knowledgenetwork.operator.core.workload.Approval;
import dev.knowledgenetwork.operator.core.workload.Offer;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import dev.knowledgenetwork.operator.core.workload.Update;
import dev.knowledgenetwork.topology.KnSchema;
import dev.knowledgenetwork.topology.TopologyDocument;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Plans a ShardSet. In stages, each of which follows from what is observed: the superuser's Secret,
 * which makes the identity; all other Secrets and all objects; the topology once its authority is
 * there; the databases once their primaries are.
 */
public final class ShardSetPlanner {

  private static final Duration UNSETTLED = Duration.ofSeconds(5);

  private ShardSetPlanner() {}

  /**
   * The shards, none while the spec is not valid or nothing has been made; and the plan. Cost:
   * linear in shards and buckets.
   *
   * @param refused requests that cannot be met
   */
  static Draft<Shard> draft(ShardSet set, Observed observed, Images images, List<Problem> refused) {
    List<Problem> violations = violations(set, observed);
    if (!violations.isEmpty()) {
      return Draft.unknown(Plan.blocked(violations).meeting(refused));
    }
    return ClusterIdentity.of(set, observed.children())
        .map(identity -> draft(new Blueprint(set, identity, images), observed, refused))
        .orElseGet(() -> Draft.unknown(first(set).meeting(refused)));
  }

  private static Draft<Shard> draft(Blueprint blueprint, Observed observed, List<Problem> refused) {
    List<PlannedSecret> secrets =
        ShardSetSecrets.all(blueprint, LoginsView.areTaken(blueprint.set(), observed));
    if (isFirst(secrets, observed.children())) {
      return Draft.unknown(minting(secrets, "The logins are being made.").meeting(refused));
    }
    Approval approval =
        Approval.of(blueprint.set(), blueprint.spec().maintenance(), observed.now());
    Map<Target, Shard> shards = new LinkedHashMap<>();
    Shard.all(blueprint, observed, approval).forEach(shard -> shards.put(shard.target(), shard));
    return new Draft<>(
        Parts.of(shards),
        round ->
            round.into(
                whole(blueprint, observed, List.copyOf(shards.values()), approval, round.holds())
                    .meeting(refused)
                    .meeting(LoginsView.problems(blueprint.set(), observed))
                    .minting(secrets)));
  }

  /** What pods read of their Secrets is part of what they are made of, so these come first. */
  private static boolean isFirst(List<PlannedSecret> secrets, Children children) {
    return children.all(StatefulSet.class).findAny().isEmpty()
        && !secrets.stream()
            .allMatch(
                secret -> children.find(Secret.class, secret.metadata().getName()).isPresent());
  }

  private static List<Problem> violations(ShardSet set, Observed observed) {
    List<Problem> violations =
        new ArrayList<>(ShardSetValidator.violations(set, observed.children()));
    if (violations.isEmpty() && !InForce.of(set)) {
      violations.addAll(SharedMemory.violations(set.getSpec()));
    }
    violations.addAll(ClusterIdentity.conflicts(set, observed));
    return violations;
  }

  private static Plan first(ShardSet set) {
    return minting(List.of(ShardSetSecrets.first(set)), "The identity of the data is being made.");
  }

  private static Plan minting(List<PlannedSecret> secrets, String message) {
    return new Plan(
        secrets,
        List.of(),
        List.of(),
        List.of(new Problem.WaitingFor(ShardSetReason.CREATING, message)),
        Optional.of(UNSETTLED));
  }

  private static Plan whole(
      Blueprint blueprint, Observed observed, List<Shard> shards, Approval approval, Holds holds) {
    TopologyDocument topology = TopologyPublication.document(blueprint);
    List<HasMetadata> resources = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    TopologyPublication.authority(observed.children(), blueprint.name())
        .ifPresentOrElse(
            authority -> resources.add(TopologyPublication.secret(blueprint, topology, authority)),
            () ->
                problems.add(
                    new Problem.WaitingFor(
                        ShardSetReason.CREATING, "The authority is being made.")));
    List<Action> actions = new ArrayList<>();
    List<Offer> offers = new ArrayList<>();
    for (Shard shard : shards) {
      int instances =
          holds.of(ScaleIn.INSTANCES, shard.target()).orElse(blueprint.spec().instances());
      DataLoss.of(shard).or(() -> OutdatedSurvivors.of(shard)).ifPresent(problems::add);
      FoundData.of(shard).ifPresent(problems::add);
      LostLabels.of(shard).ifPresent(problems::add);
      Optional<InterruptedStart> interrupted = InterruptedStart.of(shard);
      interrupted.map(InterruptedStart::problem).ifPresent(problems::add);
      interrupted.flatMap(InterruptedStart::action).ifPresent(actions::add);
      Optional<Recipe> held = holds.of(Trial.RECIPE, shard.target());
      Update update = shard.update();
      offers.add(update.offer());
      Quantity volume =
          holds.of(GrowVolume.SIZE, shard.target()).orElseGet(() -> shard.volumes().ofNew());
      resources.addAll(
          objects(blueprint, shard.name(), instances, held.orElseGet(update::recipe), volume));
      boolean kept = held.isPresent() || update.isHeld();
      actions.addAll(actions(shard, topology, instances, kept));
    }
    Update pooler = PoolerWorkload.update(blueprint, observed.children(), approval);
    offers.add(pooler.offer());
    resources.addAll(PoolerWorkload.of(blueprint, pooler.recipe()));
    approval.notice(offers).map(Problem.UpdateAvailable::new).ifPresent(problems::add);
    problems.addAll(RejectedSettings.problems(blueprint.set(), shards));
    shards.stream()
        .flatMap(shard -> BrokenPromises.problem(shard, topology.epoch()).stream())
        .forEach(problems::add);
    shards.stream().filter(Shard::isPaused).map(PausedFailover::problem).forEach(problems::add);
    Plan plan = new Plan(List.of(), resources, actions, problems, approval.nextCheck(offers));
    return plan.isComplete() ? plan : plan.checkedAfter(UNSETTLED);
  }

  private static List<HasMetadata> objects(
      Blueprint blueprint, String shard, int instances, Recipe recipe, Quantity volume) {
    List<HasMetadata> objects = new ArrayList<>(ShardAccess.of(blueprint, shard));
    objects.addAll(ShardPolicies.of(blueprint, shard, recipe));
    objects.addAll(ShardServices.of(blueprint, shard));
    objects.add(ShardStatefulSet.of(blueprint, shard, instances, recipe, volume));
    return objects;
  }

  /**
   * A setting that keeps PostgreSQL from starting can be taken back while there is no primary,
   * which else is asked first what only a server can judge. How replicas follow, and so who may
   * become primary, changes only under a primary: easing it without one could promote a replica
   * that lacks acknowledged writes.
   *
   * @param kept the pods are not to change yet, nor what goes with them
   */
  private static List<Action> actions(
      Shard shard, TopologyDocument topology, int instances, boolean kept) {
    Optional<PatroniView> view = shard.patroni();
    if (view.isEmpty()) {
      return List.of();
    }
    Blueprint blueprint = shard.blueprint();
    List<Action> actions = new ArrayList<>();
    boolean led = view.get().leader().isPresent();
    Optional<DatabaseView> database =
        shard.observed().facts().of(DatabaseView.FACT, shard.target());
    boolean outdated =
        shard.observed().facts().of(LoginsView.FACT, shard.target()).stream()
            .anyMatch(LoginsView::isOutdated);
    boolean broken = database.filter(said -> !said.broken().isEmpty()).isPresent();
    boolean due = outdated || broken || !prepared(database.orElse(null), topology.epoch());
    if (led && due && !LoginsView.isLockedOut(blueprint.set(), shard.name(), shard.observed())) {
      actions.add(new PrepareDatabase(shard.target(), blueprint.clusterId(), topology.toJson()));
    }
    Map<String, Object> desired =
        PatroniConfiguration.dynamic(blueprint.spec(), instances, shard.volumes().inForce());
    Map<String, Object> all =
        PatroniDrift.between(view.get().config(), led ? desired : PatroniDrift.settings(desired));
    Map<String, Object> changes = kept ? PatroniDrift.withoutPods(all, blueprint.spec()) : all;
    if (led) {
      changes =
          PatroniDrift.withoutUnaccepted(changes, blueprint.spec(), RejectedSettings.judged(shard));
    }
    if (!view.get().config().isEmpty() && !changes.isEmpty()) {
      actions.add(new PatchPatroni(shard.target(), shard.running(), changes));
    }
    return actions;
  }

  /** Whether a database is as this version of the operator wants it, or newer. */
  static boolean prepared(@Nullable DatabaseView view, long epoch) {
    return view != null
        && view.prepared()
        && view.schemaVersion() >= KnSchema.VERSION
        && view.epoch() >= epoch;
  }
}
