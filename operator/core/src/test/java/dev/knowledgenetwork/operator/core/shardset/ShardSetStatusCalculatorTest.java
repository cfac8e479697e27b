package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.shardset.InstanceRole;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniConfiguration;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShardSetStatusCalculatorTest extends ShardSetWalk {

  @Test
  void beforeAnythingExistsReadyIsUnknown() {
    see(new World(set));
    expect(ConditionType.READY, ConditionStatus.UNKNOWN, "Creating");
    expect(ConditionType.RECONCILING, ConditionStatus.TRUE, "Creating");
    expect(ConditionType.STALLED, ConditionStatus.FALSE, "Valid");
    expect(ConditionType.DEGRADED, ConditionStatus.FALSE, "Whole");
    expect(ConditionType.TOPOLOGY_STABLE, ConditionStatus.UNKNOWN, "Publishing");
    assertThat(set.getStatus().epoch()).isNull();
    assertThat(set.getStatus().instances()).isEqualTo(6);
    assertThat(set.getStatus().readyInstances()).isZero();
  }

  @Test
  void whileItIsMadeItReconcilesAndIsNotDegraded() {
    World world = new World(set);
    world.pass();
    world.pass();
    world.pass();
    see(world);
    expect(ConditionType.READY, ConditionStatus.FALSE, "Creating");
    expect(ConditionType.DEGRADED, ConditionStatus.FALSE, "Whole");
    assertThat(message(ConditionType.READY)).contains("s0, s1");

    world.start("s0");
    see(world);
    expect(ConditionType.READY, ConditionStatus.FALSE, "Creating");
    assertThat(message(ConditionType.READY)).contains("s1").doesNotContain("s0");
    assertThat(set.getStatus().readyShards()).isEqualTo(1);
  }

  @Test
  void aRunningSetIsReadyAndSaysWhatThereIs() {
    see(World.running(set));
    settled();
    ShardSetStatus status = set.getStatus();
    assertThat(status.clusterId()).isEqualTo(Sets.CLUSTER_ID);
    assertThat(status.epoch()).isEqualTo(1);
    assertThat(status.shardCount()).isEqualTo(2);
    assertThat(status.readyShards()).isEqualTo(2);
    assertThat(status.instances()).isEqualTo(6);
    assertThat(status.readyInstances()).isEqualTo(6);
    assertThat(status.selector())
        .as("one pod a shard: what an autoscaler divides by")
        .isEqualTo(
            "app.kubernetes.io/name=postgres,knowledgenetwork.dev/role=primary,"
                + "knowledgenetwork.dev/shardset=kn");
    assertThat(status.binding().topologySecret()).isEqualTo("kn-topology");
    assertThat(status.shards())
        .extracting(state -> state.primary())
        .containsExactly("kn-s0-0", "kn-s1-0");
    assertThat(status.shards().stream().mapToInt(state -> state.buckets()).sum()).isEqualTo(4096);
    assertThat(status.conditions())
        .allSatisfy(condition -> assertThat(condition.observedGeneration()).isEqualTo(1L));
  }

  @Test
  void nothingChangesWhileNothingHappens() {
    World world = World.running(set);
    see(world);
    ShardSetStatus before = set.getStatus();
    world.later(Duration.ofHours(5));
    see(world);
    assertThat(set.getStatus()).isEqualTo(before);
  }

  @Test
  void rightAfterAStartOfTheOperatorThePodsWordCounts() {
    World world = World.running(set);
    see(world);
    world.forgetAnswers();
    see(world);
    settled();
    assertThat(set.getStatus().shards().getFirst().members())
        .extracting(instance -> instance.role())
        .containsExactly(InstanceRole.PRIMARY, InstanceRole.REPLICA, InstanceRole.REPLICA);
  }

  @Test
  void aLostReplicaDegradesUntilItIsBack() {
    World world = World.running(set);
    see(world);
    world.remove(Pod.class, "kn-s1-2");
    see(world);
    expect(ConditionType.READY, ConditionStatus.TRUE, "Ready");
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "InstancesLost");
    expect(ConditionType.RECONCILING, ConditionStatus.FALSE, "Settled");
    assertThat(message(ConditionType.DEGRADED))
        .isEqualTo(
            "Not ready: kn-s1-2: they are expected back by themselves; if not, read why: kubectl -n"
                + " demo describe statefulset kn-s1.");
    world.pod("s1", 2, "replica", false);
    see(world);
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "InstancesLost");
    assertThat(message(ConditionType.DEGRADED))
        .endsWith(
            "One whose log says that its data cannot be used is made anew from the primary: kubectl"
                + " -n demo delete pvc/data-kn-s1-2 pod/kn-s1-2.");
    world.pod("s1", 2, "replica", true);
    see(world);
    settled();
  }

  @Test
  void aReplicaThatRunsButDoesNotFollowIsLostUntilItDoes() {
    World world = World.running(set);
    see(world);
    world.patroni("s1", led("kn-s1-0", "streaming", "running"));
    see(world);
    expect(ConditionType.READY, ConditionStatus.TRUE, "Ready");
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "InstancesLost");
    assertThat(message(ConditionType.DEGRADED))
        .contains(
            "kn-s1-2 runs, but does not follow its primary",
            "kubectl -n demo delete pvc/data-kn-s1-2 pod/kn-s1-2");
    assertThat(set.getStatus().readyInstances()).isEqualTo(5);
    world.patroni("s1", led("kn-s1-0", "streaming", "streaming"));
    see(world);
    settled();
  }

  @Test
  void aReplicaThatNeverFollowedIsAwaited() {
    World world = World.running(set);
    set.setStatus(null);
    world.patroni("s1", led("kn-s1-0", "streaming", "running"));
    see(world);
    expect(ConditionType.READY, ConditionStatus.TRUE, "Ready");
    expect(ConditionType.DEGRADED, ConditionStatus.FALSE, "Whole");
    expect(ConditionType.RECONCILING, ConditionStatus.TRUE, "Scaling");
    assertThat(message(ConditionType.RECONCILING)).contains("delete pvc/data-kn-s1-2");
  }

  private PatroniView led(String leader, String... states) {
    List<Member> members = new ArrayList<>(List.of(new Member(leader, "leader", "running")));
    for (String state : states) {
      members.add(new Member("kn-s1-" + members.size(), "quorum_standby", state));
    }
    return new PatroniView(
        members, PatroniConfiguration.dynamic(set.getSpec(), set.getSpec().instances()));
  }

  @Test
  void whatIsMadeAnewIsNotBackBeforeItServes() {
    World world = World.running(set);
    see(world);
    world.remove(Deployment.class, "kn-pooler");
    see(world);
    expect(ConditionType.READY, ConditionStatus.FALSE, "PoolerUnavailable");
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "PoolerUnavailable");
    see(world);
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "PoolerUnavailable");
  }

  @Test
  void aChangeThatWaitsExcusesNoLoss() {
    World world = World.running(set);
    see(world);
    world
        .trialsEnd("FATAL: no")
        .spec("{sharding: {shards: 2}, parameters: {shared_buffers: 512MB}}")
        .settle();
    expect(ConditionType.STALLED, ConditionStatus.TRUE, "TrialFailed");
    expect(ConditionType.DEGRADED, ConditionStatus.FALSE, "Whole");
    world.remove(Pod.class, "kn-s1-2");
    see(world);
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "InstancesLost");
  }

  @Test
  void aSettingIsBeingChangedUntilPatroniHasItAndExcusesNoLoss() {
    World world = World.running(set);
    see(world);
    world.spec("{sharding: {shards: 2}, parameters: {work_mem: 8MB}}");
    see(world);
    expect(ConditionType.READY, ConditionStatus.TRUE, "Ready");
    expect(ConditionType.RECONCILING, ConditionStatus.TRUE, "Rolling");
    expect(ConditionType.DEGRADED, ConditionStatus.FALSE, "Whole");
    world.remove(Pod.class, "kn-s0-2");
    see(world);
    expect(ConditionType.RECONCILING, ConditionStatus.TRUE, "Rolling");
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "InstancesLost");
    world.settle();
    settled();
  }

  @Test
  void aLostPrimaryMakesTheShardUnavailableUntilTheNextOneTookAWrite() {
    World world = World.running(set);
    see(world);
    world.remove(Pod.class, "kn-s0-0");
    see(world);
    expect(ConditionType.READY, ConditionStatus.FALSE, "ShardsUnavailable");
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "ShardsUnavailable");
    assertThat(set.getStatus().readyShards()).isEqualTo(1);
    assertThat(set.getStatus().epoch()).as("the topology is still in force").isEqualTo(1);

    world.patroni(
        "s0",
        new PatroniView(
            List.of(
                new Member("kn-s0-1", "leader", "running"),
                new Member("kn-s0-2", "quorum_standby", "streaming")),
            PatroniConfiguration.dynamic(set.getSpec(), set.getSpec().instances())));
    world.pod("s0", 1, "primary", true);
    see(world);
    expect(ConditionType.READY, ConditionStatus.FALSE, "ShardsUnavailable");
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "ShardsUnavailable");
    world.database("s0", Sets.PREPARED);
    see(world);
    expect(ConditionType.READY, ConditionStatus.TRUE, "Ready");
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "InstancesLost");
    assertThat(set.getStatus().shards().getFirst().primary()).isEqualTo("kn-s0-1");
  }

  @Test
  void aRollIsReconcilingNeverDegradedFromItsTrialToItsEnd() {
    World world = World.running(set);
    world.spec("{sharding: {shards: 2}, resources: {limits: {memory: 2Gi}}}");
    int passes = 0;
    do {
      see(world);
      expect(ConditionType.RECONCILING, ConditionStatus.TRUE, "Roll");
      expect(ConditionType.DEGRADED, ConditionStatus.FALSE, "Whole");
      expect(ConditionType.READY, ConditionStatus.TRUE, "Ready");
      world.act();
      world.live();
      passes++;
    } while (world.accept().isActive());
    assertThat(passes).isGreaterThan(20);
    see(world);
    settled();
  }

  @Test
  void aShardThatIsLostBesideWorkAtAnotherOneIsDegraded() {
    World world = World.running(set);
    see(world);
    world.annotate("knowledgenetwork.dev/restart", "s0");
    see(world);
    expect(ConditionType.DEGRADED, ConditionStatus.FALSE, "Whole");
    world.pod("s1", 0, "primary", false);
    see(world);
    expect(ConditionType.RECONCILING, ConditionStatus.TRUE, "Restart");
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "ShardsUnavailable");
  }

  @Test
  void whatGoesOnAtAShardIsSaid() {
    World world = World.running(set);
    world.spec("{sharding: {shards: 2}, resources: {limits: {memory: 2Gi}}}");
    see(world);
    assertThat(message(ConditionType.RECONCILING))
        .startsWith("Roll of s0: A throw-away instance (Job kn-s0-try-")
        .endsWith(" tries the change first. Roll of s1: Waits for Roll of ShardSet demo/kn s0.");
  }

  @Test
  void moreInstancesAreReconcilingNeverDegraded() {
    World world = World.running(set);
    world.spec("{sharding: {shards: 2}, instances: 4}");
    see(world);
    expect(ConditionType.RECONCILING, ConditionStatus.TRUE, "Rolling");
    world.live();
    see(world);
    expect(ConditionType.READY, ConditionStatus.TRUE, "Ready");
    expect(ConditionType.RECONCILING, ConditionStatus.TRUE, "Scaling");
    expect(ConditionType.DEGRADED, ConditionStatus.FALSE, "Whole");
    world.live();
    see(world);
    settled();
  }

  @Test
  void aLostPoolerDegrades() {
    World world = World.running(set);
    see(world);
    world.get(Deployment.class, "kn-pooler").getStatus().setReadyReplicas(0);
    see(world);
    expect(ConditionType.READY, ConditionStatus.FALSE, "PoolerUnavailable");
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "PoolerUnavailable");
  }

  @Test
  void aPoolerThatIsPutBackWasLost() {
    World world = World.running(set);
    see(world);
    world.remove(Deployment.class, "kn-pooler");
    see(world);
    expect(ConditionType.READY, ConditionStatus.FALSE, "PoolerUnavailable");
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "PoolerUnavailable");
  }

  @Test
  void anInvalidChangeStallsAndWhatRunsStaysReady() {
    World world = World.running(set);
    see(world);
    set.setSpec(Sets.set("{sharding: {shards: 3}, instances: 5}").getSpec());
    see(world);
    expect(ConditionType.READY, ConditionStatus.TRUE, "InvalidSpec");
    expect(ConditionType.DEGRADED, ConditionStatus.FALSE, "Whole");
    assertThat(set.getStatus().instances()).isEqualTo(6);
    assertThat(set.getStatus().readyInstances()).isEqualTo(6);
    expect(ConditionType.STALLED, ConditionStatus.TRUE, "InvalidSpec");
  }

  @Test
  void anInvalidSpecFromTheStartIsNotReady() {
    set.setSpec(Sets.set("{pool: {min: 5, max: 1}}").getSpec());
    see(new World(set));
    expect(ConditionType.READY, ConditionStatus.FALSE, "InvalidSpec");
    expect(ConditionType.STALLED, ConditionStatus.TRUE, "InvalidSpec");
    expect(ConditionType.RECONCILING, ConditionStatus.FALSE, "Settled");
    assertThat(message(ConditionType.STALLED))
        .isEqualTo("spec.pool.min: pool.min must not be greater than pool.max.");
  }

  @Test
  void aPausedSetSaysSo() {
    World world = World.running(set);
    set.getMetadata().setAnnotations(Map.of(Annotations.PAUSED, "true"));
    see(world);
    expect(ConditionType.READY, ConditionStatus.TRUE, "Paused");
    expect(ConditionType.RECONCILING, ConditionStatus.FALSE, "Paused");
  }

  @Test
  void aPodThatCannotStartIsNamed() {
    World world = new World(set);
    world.pass();
    world.pass();
    world.pass();
    world.put(
        new PodBuilder(world.pod("s0", 0, "", false))
            .editStatus()
            .addNewContainerStatus()
            .withName("postgres")
            .withNewState()
            .withNewWaiting()
            .withReason("ImagePullBackOff")
            .withMessage("Back-off pulling image \"postgres:1\"")
            .endWaiting()
            .endState()
            .endContainerStatus()
            .endStatus()
            .build());
    see(world);
    assertThat(message(ConditionType.RECONCILING))
        .isEqualTo(
            "No writable primary yet in s0, s1: Pod kn-s0-0 does not start (ImagePullBackOff):"
                + " Back-off pulling image \"postgres:1\".");
  }
}
