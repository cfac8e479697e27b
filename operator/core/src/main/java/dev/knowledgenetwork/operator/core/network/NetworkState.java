package dev.knowledgenetwork.operator.core.network;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkStatus;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import dev.knowledgenetwork.operator.core.network.dependency.Dependency;
import dev.knowledgenetwork.operator.core.network.dependency.IssuerView;
import dev.knowledgenetwork.operator.core.network.release.Rollout;
import dev.knowledgenetwork.operator.core.network.roles.Workload;
import dev.knowledgenetwork.operator.core.plan.Plan;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the conditions of a network are computed from.
 *
 * @param job the planned migration, as it is live; empty before it exists
 * @param before the status that was written last
 */
record NetworkState(
    Pass<KnowledgeNetwork> pass,
    Dependency<ShardSet> shards,
    Dependency<CacheTier> cache,
    Optional<Job> job,
    Rollout.Schema schema,
    Workload workload,
    KnowledgeNetworkStatus before) {

  static NetworkState of(Pass<KnowledgeNetwork> pass) {
    KnowledgeNetwork network = pass.primary();
    Observed observed = pass.observed();
    Plan plan = pass.plan();
    Optional<Job> planned =
        plan.resources().stream().filter(Job.class::isInstance).map(Job.class::cast).findFirst();
    Optional<Job> job =
        planned
            .map(found -> observed.children().find(Job.class, found.getMetadata().getName()))
            .orElseGet(
                () ->
                    observed
                        .children()
                        .all(Job.class)
                        .min(Comparator.comparing(found -> found.getMetadata().getName())));
    Workload workload = Workload.of(pass);
    Rollout.Schema schema =
        job.isEmpty() && planned.isEmpty() && workload.exists()
            ? Rollout.Schema.CURRENT
            : Rollout.schema(job, planned.isPresent());
    return new NetworkState(
        pass,
        Dependency.shardSet(network, observed.related()),
        Dependency.cacheTier(network, observed.related()),
        job,
        schema,
        workload,
        before(network));
  }

  /** The status that was written last. */
  static KnowledgeNetworkStatus before(KnowledgeNetwork network) {
    return Optional.ofNullable(network.getStatus()).orElseGet(KnowledgeNetworkStatus::empty);
  }

  KnowledgeNetwork network() {
    return pass.primary();
  }

  /**
   * Users are served, from what the spec refers to: slower, but all the same, while the cache is
   * away; a CacheTier that does not exist is another matter.
   */
  boolean ready() {
    return shards.health().ready()
        && !cache.missing()
        && workload.serves()
        && tokensRefused().isEmpty();
  }

  /** Why no request gets through to the application, though it serves. */
  Optional<String> tokensRefused() {
    return IssuerView.refusal(network(), pass.observed().facts());
  }

  /** Why some may not before long. */
  Optional<String> tokensAtRisk() {
    return IssuerView.warning(network(), pass.observed().facts());
  }

  /** The application serves, from what this version does not understand. */
  boolean unknown() {
    return shards.unreadable() && !cache.missing() && workload.serves();
  }

  /** All is as the spec asks for. */
  boolean settled() {
    return ready()
        && cache.health().ready()
        && schema == Rollout.Schema.CURRENT
        && !workload.rolling()
        && !shards.reconciling()
        && !cache.reconciling()
        && withoutAddress().isEmpty();
  }

  /** The Service that is to have an address outside the cluster, and has none yet. */
  Optional<String> withoutAddress() {
    return pass.observed()
        .children()
        .find(Service.class, Names.application(network().getMetadata().getName(), Role.API.text()))
        .filter(service -> "LoadBalancer".equals(service.getSpec().getType()))
        .filter(
            service ->
                service.getStatus() == null
                    || service.getStatus().getLoadBalancer() == null
                    || service.getStatus().getLoadBalancer().getIngress().isEmpty())
        .map(service -> service.getMetadata().getName());
  }

  /** Only a person can get it on. */
  boolean stalled() {
    return !pass.violations().isEmpty()
        || schema == Rollout.Schema.FAILED
        || workload.stuck().isPresent();
  }

  /** Not settled because of something that was asked for, not because something was lost. */
  boolean planned() {
    return !settled() && !stalled() && (workGoesOn() || asked());
  }

  /** It was whole before; what is missing now was lost. */
  boolean lost() {
    boolean understood = !shards.unreadable() && !cache.unreadable();
    return understood
        && !(ready() && cache.health().ready())
        && wasReady()
        && (!planned() || !isNew() && workload.gone());
  }

  /** Whether the spec is another one than that of the last status. */
  private boolean isNew() {
    return !Objects.equals(before.observedGeneration(), network().getMetadata().getGeneration());
  }

  private boolean workGoesOn() {
    return schema == Rollout.Schema.MIGRATING
        || workload.rolling()
        || shards.reconciling()
        || cache.reconciling();
  }

  private boolean asked() {
    List<Condition> conditions = before.conditions();
    return !wasReady() || isNew() || Conditions.holds(conditions, ConditionType.RECONCILING);
  }

  private boolean wasReady() {
    return Conditions.holds(before.conditions(), ConditionType.READY)
        || Conditions.holds(before.conditions(), ConditionType.DEGRADED);
  }
}
