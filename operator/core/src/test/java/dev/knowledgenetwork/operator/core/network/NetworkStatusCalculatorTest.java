package dev.knowledgenetwork.operator.core.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkStatus;
import dev.knowledgenetwork.crds.network.NetworkBinding;
import dev.knowledgenetwork.crds.network.Profile;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.plan.Plan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkStatusCalculatorTest extends NetworkWalk {

  @Test
  void creationGoesThroughShardsCacheSchemaAndWorkload() {
    step(Networks.NOTHING);
    expect("Ready", "False", "WaitingForShards");
    expect("Reconciling", "True", "WaitingForShards");
    expect("Stalled", "False", "Valid");
    expect("Degraded", "False", "Whole");
    expect("ShardsReady", "Unknown", "ShardSetNotReady");
    expect("CacheReady", "Unknown", "CacheTierNotReady");
    expect("SchemaCurrent", "False", "WaitingForShards");
    expect("WorkloadReady", "False", "Pending");
    expect("DependencyMissing", "False", "NothingMissing");

    step(seen(ConditionStatus.TRUE, ConditionStatus.FALSE));
    expect("ShardsReady", "True", "Ready");
    expect("Ready", "False", "WaitingForCache");
    assertThat(condition("CacheReady").message())
        .isEqualTo("CacheTier kn is not ready: said the test.");
    expect("SchemaCurrent", "False", "Migrating");

    Job job = Networks.job(Networks.plan(network, Networks.served(network)), "");
    step(Networks.served(network, job));
    expect("Ready", "False", "Migrating");
    assertThat(network.getStatus().schema().job()).isEqualTo(job.getMetadata().getName());
    assertThat(network.getStatus().schema().image()).isNull();

    Job complete = Networks.job(Networks.plan(network, Networks.served(network)), "Complete");
    step(Networks.served(network, complete));
    expect("SchemaCurrent", "True", "Migrated");
    expect("Ready", "False", "Rolling");
    expect("WorkloadReady", "False", "Rolling");
    expect("Reconciling", "True", "Rolling");

    step(Networks.settled(network, images));
    expect("Ready", "True", "Ready");
    expect("Reconciling", "False", "Settled");
    expect("WorkloadReady", "True", "Available");
    KnowledgeNetworkStatus status = network.getStatus();
    assertThat(status.observedGeneration()).isEqualTo(1);
    assertThat(status.shardSet()).isEqualTo("kn");
    assertThat(status.cacheTier()).isEqualTo("kn");
    assertThat(status.schema().image()).isEqualTo("app:1");
    assertThat(status.binding())
        .isEqualTo(
            new NetworkBinding("kn-api-binding", "https://kn-api.demo.svc:8443", "kn-api-tls"));
  }

  @Test
  void aStatusAtRestDoesNotChange() {
    ready();
    KnowledgeNetworkStatus before = network.getStatus();
    step(Networks.settled(network, images));
    assertThat(network.getStatus()).isEqualTo(before);
  }

  @Test
  void aLostPodIsDegradedUntilItIsBack() {
    ready();
    step(withApiPods(0));
    expect("Ready", "False", "Unavailable");
    expect("Degraded", "True", "Unavailable");
    expect("Reconciling", "False", "Settled");
    assertThat(condition("Degraded").message())
        .isEqualTo(
            "Pods that serve: kn-api: 0 of 1. If this lasts, read why: kubectl -n demo logs -l"
                + " knowledgenetwork.dev/network=kn --prefix --tail=100.");
    step(Networks.settled(network, images));
    expect("Ready", "True", "Ready");
    expect("Degraded", "False", "Whole");
  }

  /** Scaled to nothing by hand: users lost the API, however soon it is put back. */
  @Test
  void whatIsPutBackWasLost() {
    ready();
    Observed observed = withApiPods(0);
    observed
        .children()
        .find(Deployment.class, "kn-api")
        .orElseThrow()
        .getStatus()
        .setUpdatedReplicas(0);
    step(observed);
    expect("Ready", "False", "Unavailable");
    expect("Degraded", "True", "Unavailable");
    expect("Reconciling", "True", "Unavailable");
    step(Networks.settled(network, images));
    expect("Ready", "True", "Ready");
    expect("Degraded", "False", "Whole");
  }

  @Test
  void aLoadBalancerThatGivesNoAddressIsToldWhileTheApiServes() {
    ready();
    step(withService(List.of()));
    expect("Ready", "True", "Ready");
    expect("Reconciling", "False", "Settled");
    network.getMetadata().setGeneration(2L);
    step(withService(List.of()));
    expect("Ready", "True", "Ready");
    expect("Reconciling", "True", "AddressPending");
    assertThat(condition("Reconciling").message())
        .isEqualTo(
            "Service kn-api has no address outside the cluster yet, which the cluster's load"
                + " balancer gives: where there is none, set spec.api.service.type to NodePort or"
                + " ClusterIP.");
    step(withService(List.of(new LoadBalancerIngressBuilder().withIp("203.0.113.7").build())));
    expect("Reconciling", "False", "Settled");
  }

  /** The Service of the API, with what a load balancer gave it. */
  private Observed withService(List<LoadBalancerIngress> addresses) {
    List<HasMetadata> children =
        new ArrayList<>(Networks.settled(network, images).children().objects());
    children.removeIf(
        child -> child instanceof Service && child.getMetadata().getName().equals("kn-api"));
    children.add(
        new ServiceBuilder()
            .withNewMetadata()
            .withName("kn-api")
            .endMetadata()
            .withNewSpec()
            .withType("LoadBalancer")
            .endSpec()
            .withNewStatus()
            .withNewLoadBalancer()
            .withIngress(addresses)
            .endLoadBalancer()
            .endStatus()
            .build());
    return Networks.seen(network, ConditionStatus.TRUE, ConditionStatus.TRUE, children);
  }

  @Test
  void lostShardsDegradeAndReturn() {
    ready();
    List<HasMetadata> children = Networks.settled(network, images).children().objects();
    step(Networks.seen(network, ConditionStatus.FALSE, ConditionStatus.TRUE, children));
    expect("Ready", "False", "WaitingForShards");
    expect("Degraded", "True", "WaitingForShards");
    expect("SchemaCurrent", "True", "Migrated");
    expect("WorkloadReady", "True", "Available");
    step(Networks.settled(network, images));
    expect("Ready", "True", "Ready");
  }

  @Test
  void plannedWorkOnTheShardsIsNotDegraded() {
    ready();
    Observed settled = Networks.settled(network, images);
    ShardSet reconciling = Networks.shardSet(network, ConditionStatus.FALSE);
    ShardSetStatus status = reconciling.getStatus();
    List<Condition> conditions = new ArrayList<>(status.conditions());
    conditions.add(Networks.condition("Reconciling", ConditionStatus.TRUE));
    reconciling.setStatus(status.with(conditions, List.of()));
    step(
        Networks.observed(
            settled.children(),
            List.of(reconciling, Networks.cacheTier(network, ConditionStatus.TRUE))));
    expect("Reconciling", "True", "WaitingForShards");
    expect("Degraded", "False", "Whole");
    assertThat(condition("Reconciling").message()).contains("ShardSet kn");
  }

  @Test
  void whatTheShardsHaveLostIsSaidInTheirWords() {
    ready();
    Observed settled = Networks.settled(network, images);
    ShardSet degraded = Networks.shardSet(network, ConditionStatus.TRUE);
    ShardSetStatus status = degraded.getStatus();
    List<Condition> conditions = new ArrayList<>(status.conditions());
    conditions.add(Networks.condition("Degraded", ConditionStatus.TRUE));
    degraded.setStatus(status.with(conditions, List.of()));
    step(
        Networks.observed(
            settled.children(),
            List.of(degraded, Networks.cacheTier(network, ConditionStatus.TRUE))));
    expect("Ready", "True", "Ready");
    expect("Degraded", "True", "ShardsDegraded");
    assertThat(condition("Degraded").message())
        .isEqualTo("ShardSet kn is degraded: said the test.");
  }

  @Test
  void aNewImageIsReconcilingWhileTheOldOneServes() {
    ready();
    Observed old = Networks.settled(network, images);
    network.setSpec(NetworkSpecs.network("image: app:2").getSpec());
    step(old);
    expect("Ready", "True", "Ready");
    expect("Reconciling", "True", "Migrating");
    expect("SchemaCurrent", "False", "Migrating");
    expect("Degraded", "False", "Whole");
    assertThat(network.getStatus().schema().image()).isEqualTo("app:1");

    Plan plan = Networks.plan(network, old, images);
    step(Networks.plus(old, Networks.job(plan, "Failed")));
    expect("Stalled", "True", "MigrationFailed");
    expect("SchemaCurrent", "False", "MigrationFailed");
    expect("Ready", "True", "MigrationFailed");
    expect("Reconciling", "False", "Settled");

    step(Networks.plus(old, Networks.job(plan, "Complete")));
    expect("Stalled", "False", "Valid");
    expect("WorkloadReady", "True", "Rolling");
    expect("Reconciling", "True", "Rolling");
    assertThat(network.getStatus().schema().image()).isEqualTo("app:2");

    step(Networks.settled(network, images));
    expect("Reconciling", "False", "Settled");
  }

  @Test
  void withoutItsCacheTheNetworkServesAndSaysSo() {
    ready();
    step(withCache(ConditionStatus.FALSE));
    expect("Ready", "True", "Ready");
    assertThat(condition("Ready").message())
        .contains("The API answers at https://", "CacheTier kn is not ready");
    expect("Degraded", "True", "WaitingForCache");
    assertThat(condition("CacheReady").status()).isEqualTo(ConditionStatus.FALSE);

    // Made again, it has yet to answer.
    step(withCache(ConditionStatus.UNKNOWN));
    expect("Degraded", "True", "WaitingForCache");
    step(withCache(ConditionStatus.TRUE));
    expect("Degraded", "False", "Whole");
  }

  private Observed withCache(ConditionStatus ready) {
    Observed settled = Networks.settled(network, images);
    return new Observed(
        settled.children(),
        new Children(
            List.of(
                Networks.shardSet(network, ConditionStatus.TRUE),
                Networks.cacheTier(network, ready))),
        settled.facts(),
        settled.served(),
        settled.now());
  }

  @Test
  void aRollThatDoesNotGetOnIsStalled() {
    ready();
    Observed settled = Networks.settled(network, images);
    step(
        replacing(
            settled,
            api ->
                new DeploymentBuilder(api)
                    .editStatus()
                    .withUpdatedReplicas(0)
                    .addNewCondition()
                    .withType("Progressing")
                    .withStatus("False")
                    .withReason("ProgressDeadlineExceeded")
                    .endCondition()
                    .endStatus()
                    .build()));
    expect("Stalled", "True", "RollStuck");
    expect("Ready", "True", "RollStuck");
    expect("Reconciling", "False", "Settled");
    assertThat(condition("Stalled").message())
        .isEqualTo(
            "The new pods of Deployment kn-api do not become ready. If this lasts, read why:"
                + " kubectl -n demo logs -l knowledgenetwork.dev/network=kn --prefix --tail=100.");
  }

  @Test
  void scalingUpIsReconcilingNotDegraded() {
    ready();
    Observed old = Networks.settled(network, images);
    network.setSpec(NetworkSpecs.network("api: {replicas: 3}").getSpec());
    network.getMetadata().setGeneration(2L);
    step(old);
    expect("Ready", "False", "Rolling");
    expect("Reconciling", "True", "Rolling");
    step(withApiPods(2));
    expect("Reconciling", "True", "Unavailable");
    expect("Degraded", "False", "Whole");
    step(Networks.settled(network, images));
    expect("Ready", "True", "Ready");
    assertThat(condition("Ready").observedGeneration()).isEqualTo(2);
  }

  @Test
  void anInvalidChangeStallsAndLeavesTheRestAlone() {
    ready();
    Observed old = Networks.settled(network, images);
    network.setSpec(NetworkSpecs.network("{api: {replicas: 0}, worker: {replicas: -1}}").getSpec());
    network.getMetadata().setGeneration(2L);
    step(old);
    expect("Stalled", "True", "InvalidSpec");
    assertThat(condition("Stalled").message())
        .isEqualTo(
            "spec.api.replicas: use a number from 1 to 100; spec.worker.replicas: use a number"
                + " from 0 to 100.");
    expect("Ready", "True", "InvalidSpec");
    expect("Degraded", "False", "Whole");
    expect("SchemaCurrent", "True", "Migrated");

    network.setSpec(Networks.network(Profile.MEDIUM).getSpec());
    step(old);
    expect("Stalled", "True", "ProfileOutOfReach");

    network.setSpec(Networks.network().getSpec());
    network.getMetadata().setGeneration(3L);
    step(old);
    expect("Stalled", "False", "Valid");
    expect("Ready", "True", "Ready");
  }

  @Test
  void missingDependenciesAreNamed() {
    network.setSpec(Networks.referring("orders", "fast").getSpec());
    step(Networks.NOTHING);
    expect("DependencyMissing", "True", "ShardSetMissing");
    expect("ShardsReady", "False", "ShardSetMissing");
    expect("CacheReady", "False", "CacheTierMissing");
    assertThat(condition("DependencyMissing").message())
        .contains("ShardSet orders does not exist")
        .contains("CacheTier fast does not exist");
  }

  @Test
  void aMissingMonitoringApiDoesNotMakeThePlatformUnready() {
    network.setSpec(NetworkSpecs.network("observability: {serviceMonitor: true}").getSpec());
    Observed settled = Networks.settled(network, images);
    step(Networks.withoutApis(settled));
    expect("DependencyMissing", "True", "ServiceMonitorMissing");
    expect("Ready", "True", "Ready");
    expect("Reconciling", "False", "Settled");
  }

  @Test
  void pausedSaysSo() {
    ready();
    network.getMetadata().setAnnotations(Map.of("knowledgenetwork.dev/paused", "true"));
    step(Networks.settled(network, images));
    expect("Ready", "True", "Paused");
    expect("Reconciling", "False", "Paused");
  }

  private Observed seen(ConditionStatus shards, ConditionStatus cache) {
    return Networks.seen(network, shards, cache, List.of());
  }
}
