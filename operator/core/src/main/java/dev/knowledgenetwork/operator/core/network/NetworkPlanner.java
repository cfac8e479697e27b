package dev.knowledgenetwork.operator.core.network;

import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.ProfileState;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.network.blueprint.Release;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import dev.knowledgenetwork.operator.core.network.dependency.Dependency;
import dev.knowledgenetwork.operator.core.network.dependency.OwnedDependencies;
import dev.knowledgenetwork.operator.core.network.feature.Monitoring;
import dev.knowledgenetwork.operator.core.network.release.AppUpdate;
import dev.knowledgenetwork.operator.core.network.release.Rollout;
import dev.knowledgenetwork.operator.core.network.roles.AppRecipes;
import dev.knowledgenetwork.operator.core.network.roles.AppTraffic;
import dev.knowledgenetwork.operator.core.network.roles.AppWorkload;
import dev.knowledgenetwork.operator.core.network.roles.SizeTable;
import dev.knowledgenetwork.operator.core.network.roles.Sizes;
import dev.knowledgenetwork.operator.core.network.rules.NetworkValidator;
import dev.knowledgenetwork.operator.core.network.rules.PoolBudget;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.workload.Approval;
import dev.knowledgenetwork.operator.core.workload.Offer;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans a KnowledgeNetwork: dependencies, then the schema, then the workload. */
public final class NetworkPlanner {

  private NetworkPlanner() {}

  /**
   * What the network is to be made of. An invalid spec gives a plan without any object: what runs
   * goes on.
   */
  public static Plan plan(KnowledgeNetwork network, Observed observed, Images images) {
    return plan(network, observed, images, SizeTable.released());
  }

  static Plan plan(KnowledgeNetwork network, Observed observed, Images images, SizeTable table) {
    ProfileState profile =
        table.resolve(network.getSpec().profile(), NetworkState.before(network).profile());
    return table
        .find(profile)
        .map(sizes -> plan(network, observed, images, sizes))
        .orElseGet(() -> Plan.blocked(List.of(NetworkProblems.unknownRevision(profile))));
  }

  private static Plan plan(
      KnowledgeNetwork network, Observed observed, Images images, Sizes sizes) {
    NetworkObjects objects = new NetworkObjects(network, images.cluster());
    List<Problem> violations = new ArrayList<>(NetworkValidator.violations(network));
    violations.addAll(
        OwnedDependencies.violations(
            objects,
            Dependency.shardSet(network, observed.related()),
            Dependency.cacheTier(network, observed.related()),
            sizes));
    AppRecipes recipes = new AppRecipes(objects, sizes);
    if (violations.isEmpty()) {
      overBudget(recipes, observed).ifPresent(violations::add);
    }
    if (!violations.isEmpty()) {
      return Plan.blocked(violations);
    }
    Approval approval = Approval.of(network, network.getSpec().maintenance(), observed.now());
    AppUpdate update = AppUpdate.of(recipes, observed.children(), images.app(), approval);
    Rollout rollout = Rollout.of(objects, observed, update.image());
    boolean monitored = network.getSpec().observability().serviceMonitor();
    List<HasMetadata> resources = new ArrayList<>(dependencies(objects, rollout, sizes));
    resources.addAll(migration(objects, rollout));
    rollout
        .effective()
        .ifPresent(
            release -> resources.addAll(workload(recipes, release, update.on(release, recipes))));
    if (monitored && observed.served().contains(Monitoring.API)) {
      resources.add(Monitoring.serviceMonitor(objects));
    }
    List<Problem> problems =
        NetworkProblems.of(
            objects,
            rollout,
            observed.children(),
            monitored && !observed.served().contains(Monitoring.API));
    List<Offer> offers = List.of(update.offer());
    approval.notice(offers).map(Problem.UpdateAvailable::new).ifPresent(problems::add);
    return new Plan(
        NetworkSecrets.of(objects), resources, List.of(), problems, approval.nextCheck(offers));
  }

  /** Of a ShardSet that somebody else has yet to make, nothing can be said. */
  private static Optional<Problem> overBudget(AppRecipes recipes, Observed observed) {
    NetworkObjects objects = recipes.objects();
    Dependency<ShardSet> shards = Dependency.shardSet(objects.network(), observed.related());
    Optional<ShardSet> database =
        shards.referred()
            ? shards.readable()
            : Optional.of(OwnedDependencies.shardSet(objects, recipes.sizes()));
    return database
        .map(set -> PoolBudget.of(recipes, set.getSpec()))
        .flatMap(budget -> budget.objection(shards.name(), shards.referred()));
  }

  private static List<HasMetadata> dependencies(
      NetworkObjects objects, Rollout rollout, Sizes sizes) {
    List<HasMetadata> dependencies = new ArrayList<>();
    if (!rollout.shards().referred()) {
      dependencies.add(OwnedDependencies.shardSet(objects, sizes));
    }
    if (!rollout.cache().referred()) {
      dependencies.add(OwnedDependencies.cacheTier(objects, sizes));
    }
    return dependencies;
  }

  private static List<HasMetadata> migration(NetworkObjects objects, Rollout rollout) {
    if (rollout.migration().isEmpty()) {
      return List.of();
    }
    Release release = rollout.target().or(rollout::running).orElseThrow();
    return List.of(
        AppWorkload.serviceAccount(objects, NetworkObjects.MIGRATE),
        AppTraffic.ofMigration(objects, release),
        rollout.migration().get());
  }

  private static List<HasMetadata> workload(
      AppRecipes recipes, Release release, Map<Role, Recipe> given) {
    NetworkObjects objects = recipes.objects();
    List<HasMetadata> workload = new ArrayList<>();
    workload.add(AppWorkload.settings(objects, given.get(Role.API)));
    for (Role role : Role.values()) {
      int replicas = recipes.size(role).replicas();
      workload.add(AppWorkload.serviceAccount(objects, role.text()));
      workload.add(AppTraffic.of(objects, role, release));
      workload.addAll(
          role == Role.API
              ? AppWorkload.apiServices(objects)
              : List.of(AppWorkload.service(objects, role)));
      workload.add(AppWorkload.deployment(objects, role, release, replicas, given.get(role)));
      if (replicas > 1) {
        workload.add(AppWorkload.disruptionBudget(objects, role));
      }
    }
    return workload;
  }
}
