package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.identity.ClusterIdentity;
import dev.knowledgenetwork.operator.core.shardset.identity.ShardSetSecrets;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardAccess;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardPolicies;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardServices;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardStatefulSet;
import dev.knowledgenetwork.operator.core.shardset.observe.ShardSetObserved;
import dev.knowledgenetwork.operator.core.shardset.operation.ScaleIn;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniConfiguration;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniDrift;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PostgresParameters;
import dev.knowledgenetwork.operator.core.shardset.pooler.PoolerWorkload;
import dev.knowledgenetwork.operator.core.shardset.rules.ShardSetValidator;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.core.shardset.topology.TopologyPublication;
import dev.knowledgenetwork.topology.KnSchema;
import dev.knowledgenetwork.topology.TopologyDocument;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
   * The plan. Cost: linear in shards and buckets.
   *
   * @param now not used in this version
   */
  public static Plan plan(ShardSet set, ShardSetObserved observed, Images images, Instant now) {
    List<Problem> violations =
        new ArrayList<>(ShardSetValidator.violations(set, observed.children()));
    violations.addAll(ClusterIdentity.conflicts(set, observed));
    if (!violations.isEmpty()) {
      return Plan.blocked(violations);
    }
    return ClusterIdentity.of(set, observed.children())
        .map(identity -> whole(new Blueprint(set, identity, images), observed))
        .orElseGet(() -> first(set));
  }

  private static Plan first(ShardSet set) {
    return new Plan(
        List.of(ShardSetSecrets.superuser(set)),
        List.of(),
        List.of(),
        List.of(
            new Problem.WaitingFor(
                ShardSetReason.CREATING.text(), "The identity of the data is being made.")),
        Optional.of(UNSETTLED));
  }

  private static Plan whole(Blueprint blueprint, ShardSetObserved observed) {
    TopologyDocument topology = TopologyPublication.document(blueprint);
    List<HasMetadata> resources = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    TopologyPublication.authority(observed.children(), blueprint.name())
        .ifPresentOrElse(
            authority -> resources.add(TopologyPublication.secret(blueprint, topology, authority)),
            () ->
                problems.add(
                    new Problem.WaitingFor(
                        ShardSetReason.CREATING.text(), "The authority is being made.")));
    List<Action> actions = new ArrayList<>();
    for (String shard : blueprint.shards()) {
      ScaleIn scaleIn = ScaleIn.of(blueprint, observed, shard);
      resources.addAll(shard(blueprint, observed, shard, scaleIn.instances()));
      actions.addAll(actions(blueprint, observed, topology, shard, scaleIn.instances()));
      scaleIn.action().ifPresent(actions::add);
      scaleIn.problem().ifPresent(problems::add);
    }
    resources.addAll(PoolerWorkload.of(blueprint));
    boolean settled = actions.isEmpty() && problems.isEmpty();
    return new Plan(
        ShardSetSecrets.all(blueprint),
        resources,
        actions,
        problems,
        settled ? Optional.empty() : Optional.of(UNSETTLED));
  }

  private static List<HasMetadata> shard(
      Blueprint blueprint, ShardSetObserved observed, String shard, int instances) {
    List<HasMetadata> objects = new ArrayList<>(ShardAccess.of(blueprint, shard));
    objects.addAll(ShardPolicies.of(blueprint, shard));
    objects.addAll(ShardServices.of(blueprint, shard));
    String restartHash = restartHash(blueprint, observed, shard);
    objects.add(ShardStatefulSet.of(blueprint, shard, instances, restartHash));
    return objects;
  }

  /**
   * What a restart brings into force, as Patroni knows it already: pods are not restarted before
   * the settings that they are restarted for have arrived. While Patroni is silent, nothing
   * changes.
   */
  private static String restartHash(Blueprint blueprint, ShardSetObserved observed, String shard) {
    PatroniView view = observed.patroni().get(shard);
    Optional<String> running =
        observed
            .children()
            .find(StatefulSet.class, blueprint.shardName(shard))
            .map(live -> live.getSpec().getTemplate().getMetadata().getAnnotations())
            .map(annotations -> annotations.get(Annotations.CONFIG_HASH));
    if ((view == null || view.config().isEmpty()) && running.isPresent()) {
      return running.get();
    }
    Map<String, Object> dynamic =
        view == null || view.config().isEmpty()
            ? PatroniConfiguration.dynamic(blueprint.spec(), blueprint.spec().instances())
            : view.config();
    return Hash.ofValue(
        List.of(
            PatroniConfiguration.local(blueprint, shard),
            PostgresParameters.needingRestart(PatroniDrift.parameters(dynamic))));
  }

  /**
   * A setting that keeps PostgreSQL from starting can be taken back while there is no primary. How
   * replicas follow, and so who may become primary, changes only under a primary: easing it without
   * one could promote a replica that lacks acknowledged writes.
   */
  private static List<Action> actions(
      Blueprint blueprint,
      ShardSetObserved observed,
      TopologyDocument topology,
      String shard,
      int instances) {
    PatroniView view = observed.patroni().get(shard);
    if (view == null) {
      return List.of();
    }
    List<Action> actions = new ArrayList<>();
    boolean led = view.leader().isPresent();
    if (led && !prepared(observed.databases().get(shard), topology.epoch())) {
      actions.add(
          new Action.PrepareDatabase(
              blueprint.namespace(),
              blueprint.name(),
              shard,
              blueprint.clusterId(),
              topology.toJson()));
    }
    Map<String, Object> desired = PatroniConfiguration.dynamic(blueprint.spec(), instances);
    Map<String, Object> changes =
        PatroniDrift.between(view.config(), led ? desired : PatroniDrift.settings(desired));
    if (!view.config().isEmpty() && !changes.isEmpty()) {
      actions.add(
          new Action.PatchPatroniConfig(blueprint.namespace(), blueprint.name(), shard, changes));
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
