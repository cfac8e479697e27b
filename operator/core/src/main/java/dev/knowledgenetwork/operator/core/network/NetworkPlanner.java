package dev.knowledgenetwork.operator.core.network;

import static java.util.Objects.requireNonNullElse;

import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkSpec;
import dev.knowledgenetwork.crds.network.ProfileState;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.network.blueprint.Release;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import dev.knowledgenetwork.operator.core.network.dependency.OwnedDependencies;
import dev.knowledgenetwork.operator.core.network.feature.Monitoring;
import dev.knowledgenetwork.operator.core.network.release.Rollout;
import dev.knowledgenetwork.operator.core.network.roles.AppSettings;
import dev.knowledgenetwork.operator.core.network.roles.AppTraffic;
import dev.knowledgenetwork.operator.core.network.roles.AppWorkload;
import dev.knowledgenetwork.operator.core.network.roles.SizeTable;
import dev.knowledgenetwork.operator.core.network.roles.Sizes;
import dev.knowledgenetwork.operator.core.network.rules.NetworkValidator;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

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
    String image = requireNonNullElse(network.getSpec().image(), images.app());
    Rollout rollout = Rollout.of(objects, observed, image);
    violations.addAll(
        OwnedDependencies.violations(objects, rollout.shards(), rollout.cache(), sizes));
    if (!violations.isEmpty()) {
      return Plan.blocked(violations);
    }
    boolean monitored = network.getSpec().observability().serviceMonitor();
    List<HasMetadata> resources = new ArrayList<>(dependencies(objects, rollout, sizes));
    resources.addAll(migration(objects, rollout));
    rollout.effective().ifPresent(release -> resources.addAll(workload(objects, release, sizes)));
    if (monitored && observed.served().contains(Monitoring.API)) {
      resources.add(Monitoring.serviceMonitor(objects));
    }
    return new Plan(
        NetworkSecrets.of(objects),
        resources,
        List.of(),
        NetworkProblems.of(
            objects, rollout, monitored && !observed.served().contains(Monitoring.API)),
        Optional.empty());
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

  private static List<HasMetadata> workload(NetworkObjects objects, Release release, Sizes sizes) {
    SortedMap<String, String> settings = AppSettings.of(objects.network(), release);
    List<HasMetadata> workload = new ArrayList<>();
    workload.add(AppWorkload.settings(objects, settings));
    for (Role role : Role.values()) {
      Sizes.Size size = asked(objects.network().getSpec(), role, sizes.of(role));
      workload.add(AppWorkload.serviceAccount(objects, role.text()));
      workload.add(AppTraffic.of(objects, role, release));
      workload.addAll(
          role == Role.API
              ? AppWorkload.apiServices(objects)
              : List.of(AppWorkload.service(objects, role)));
      workload.add(AppWorkload.deployment(objects, role, release, size, settings));
      if (size.replicas() > 1) {
        workload.add(AppWorkload.disruptionBudget(objects, role));
      }
    }
    return workload;
  }

  private static Sizes.Size asked(KnowledgeNetworkSpec spec, Role role, Sizes.Size profile) {
    return switch (role) {
      case API -> profile.with(spec.api().replicas(), spec.api().resources());
      case REALTIME -> profile.with(spec.realtime().replicas(), spec.realtime().resources());
      case WORKER -> profile.with(spec.worker().replicas(), spec.worker().resources());
    };
  }
}
