package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import org.junit.jupiter.api.Test;

/** What keeps poolers from serving reaches the conditions of their ShardSet. */
class PoolerFactsTest extends ShardSetWalk {

  @Test
  void aPoolerWhosePodsAreRefusedIsToldInTheWordsOfWhoRefused() {
    World world = World.running(set);
    see(world);
    Deployment pooler = world.get(Deployment.class, "kn-pooler");
    world.put(
        new DeploymentBuilder(pooler)
            .editStatus()
            .withReadyReplicas(0)
            .addNewCondition()
            .withType("ReplicaFailure")
            .withStatus("True")
            .withReason("FailedCreate")
            .withMessage("maximum memory usage per Container is 16Mi, but limit is 64Mi")
            .endCondition()
            .endStatus()
            .build());
    see(world);
    expect(ConditionType.READY, ConditionStatus.FALSE, "PoolerUnavailable");
    String words =
        "Deployment kn-pooler: FailedCreate: maximum memory usage per Container is 16Mi, but limit"
            + " is 64Mi.";
    assertThat(message(ConditionType.READY)).isEqualTo(words);
    assertThat(message(ConditionType.DEGRADED)).isEqualTo(words);
  }

  @Test
  void aPoolerThatHasNeverServedIsBeingMadeAndNotLost() {
    World world = World.running(set);
    world.get(Deployment.class, "kn-pooler").getStatus().setReadyReplicas(0);
    set.setStatus(null);
    see(world);
    expect(ConditionType.READY, ConditionStatus.FALSE, "Creating");
    expect(ConditionType.RECONCILING, ConditionStatus.TRUE, "Creating");
    expect(ConditionType.DEGRADED, ConditionStatus.FALSE, "Whole");
    assertThat(message(ConditionType.READY)).startsWith("No pooler serves yet, of 2 that are to");
    world.get(Deployment.class, "kn-pooler").getStatus().setReadyReplicas(2);
    see(world);
    expect(ConditionType.READY, ConditionStatus.TRUE, "Ready");
  }

  @Test
  void aPoolerOfAnImageThatCannotBePulledSaysSoWhileTheOldOneServes() {
    World world = World.running(set);
    see(world);
    Deployment pooler = world.get(Deployment.class, "kn-pooler");
    pooler.getStatus().setUpdatedReplicas(1);
    world.put(
        new PodBuilder()
            .withNewMetadata()
            .withName("kn-pooler-66b7d-x8w2p")
            .withLabels(pooler.getSpec().getTemplate().getMetadata().getLabels())
            .endMetadata()
            .withNewStatus()
            .addNewContainerStatus()
            .withName("pooler")
            .withNewState()
            .withNewWaiting("Back-off pulling image \"pooler:1\"", "ImagePullBackOff")
            .endState()
            .endContainerStatus()
            .endStatus()
            .build());
    see(world);
    expect(ConditionType.READY, ConditionStatus.TRUE, "Ready");
    expect(ConditionType.RECONCILING, ConditionStatus.TRUE, "Rolling");
    assertThat(message(ConditionType.RECONCILING))
        .isEqualTo(
            "Pod kn-pooler-66b7d-x8w2p does not start (ImagePullBackOff): Back-off pulling image"
                + " \"pooler:1\".");
  }

  @Test
  void whereNobodySaysWhyAPersonIsToldWhatToRead() {
    World world = World.running(set);
    see(world);
    world.get(Deployment.class, "kn-pooler").getStatus().setReadyReplicas(0);
    see(world);
    assertThat(message(ConditionType.READY))
        .isEqualTo(
            "No pooler serves yet, of 2 that are to: one is expected within a minute; if not, read"
                + " why: kubectl -n demo logs -l app.kubernetes.io/name=pooler,"
                + "knowledgenetwork.dev/shardset=kn --prefix --tail=20.");
    world.pod("s1", 0, "primary", false);
    see(world);
    assertThat(message(ConditionType.READY))
        .isEqualTo(
            "No writable primary yet in s1: one is expected within a minute; if not, read why:"
                + " kubectl -n demo logs -l app.kubernetes.io/name=postgres,"
                + "knowledgenetwork.dev/shard=s1,knowledgenetwork.dev/shardset=kn --prefix"
                + " --tail=20.");
  }
}
