package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Outcome;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.operation.Round;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.identity.ShardSetSecrets;
import dev.knowledgenetwork.operator.core.shardset.pooler.SessionView;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  /**
   * A Secret that may not change: the databases have the new password, the poolers never get it.
   */
  @Test
  void whoeverCannotOpenASessionIsNotServedThoughPoolersRun() {
    World world = World.running(set);
    Secret before = world.get(Secret.class, "kn-pooler");
    new SecretsByHand(world).set("kn-app", "password", "typed");
    world.settle();
    settled();
    world.put(before);

    Outcome.Builder outcome = new Outcome.Builder();
    outcome.put(
        Reference.of(before),
        new Outcome.Result.Outdated(
            new Problem.Failed(StandardReason.INTERNAL_ERROR, "Secret kn-pooler is immutable.")));
    set.setStatus(status(world, outcome.build()));
    expect(ConditionType.READY, ConditionStatus.FALSE, "PoolerUnavailable");
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "PoolerUnavailable");
    assertThat(message(ConditionType.READY))
        .isEqualTo(
            "The databases have the password of Secret kn-app, the poolers another one: these open"
                + " no connection any more, and users are refused when those that are open end."
                + " Secret kn-pooler is immutable.");

    // Made anew, as told: poolers that began with the old one refuse the new password, and serve
    // whoever met one of them with sessions to the database that they have from before.
    new SecretsByHand(world).set("kn-pooler", "userlist.txt", "\"kn_app\" \"typed\"\n");
    world.put(pooler(world, "begun-before"));
    set.setStatus(status(through(world, Optional.empty()), Outcome.NONE));
    expect(ConditionType.READY, ConditionStatus.FALSE, "PoolerUnavailable");
    assertThat(message(ConditionType.READY))
        .isEqualTo(
            "Poolers that began with other Secrets than there are now still take sessions, and"
                + " refuse the login of today: kn-pooler-7f-x1. They are being replaced one by"
                + " one.");

    world.put(pooler(world, newest(world)));
    set.setStatus(status(world, Outcome.NONE));
    expect(ConditionType.READY, ConditionStatus.TRUE, "Ready");

    // In a roll of what served it is no news, and neither is a Secret that only lacks a label.
    world.put(pooler(world, "begun-before"));
    set.setStatus(status(world, Outcome.NONE));
    expect(ConditionType.READY, ConditionStatus.TRUE, "Ready");
  }

  private static String newest(World world) {
    return ShardSetSecrets.poolerHash("kn", world.children()).orElseThrow();
  }

  private static Pod pooler(World world, String secrets) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("kn-pooler-7f-x1")
        .withNamespace("demo")
        .addToLabels(
            world.get(Deployment.class, "kn-pooler").getSpec().getSelector().getMatchLabels())
        .addToAnnotations(Annotations.SECRETS_HASH, secrets)
        .endMetadata()
        .withNewStatus()
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .endCondition()
        .endStatus()
        .build();
  }

  /** A frozen process keeps its port open, and its pod ready. */
  @Test
  void whoeverGetsNoSessionThroughIsNotServedThoughAllPodsAreReady() {
    World world = World.running(set);
    settled();
    set.setStatus(status(through(world, Optional.of("no answer, SQLSTATE 08006")), Outcome.NONE));
    expect(ConditionType.READY, ConditionStatus.FALSE, "PoolerUnavailable");
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "PoolerUnavailable");
    assertThat(message(ConditionType.READY))
        .startsWith(
            "Poolers run, and no session of an application gets through: s1: no answer, SQLSTATE"
                + " 08006. It is tried again every few seconds; if this lasts, read why: kubectl");

    world.get(Deployment.class, "kn-pooler").getStatus().setUpdatedReplicas(1);
    set.setStatus(status(through(world, Optional.of("no answer, SQLSTATE 08006")), Outcome.NONE));
    expect(ConditionType.READY, ConditionStatus.FALSE, "PoolerUnavailable");

    set.setStatus(status(through(world, Optional.empty()), Outcome.NONE));
    expect(ConditionType.READY, ConditionStatus.TRUE, "Ready");

    // Those that go have another password than those that come, and serve on with it.
    set.setStatus(status(through(world, Optional.of("no answer, SQLSTATE 08006")), Outcome.NONE));
    expect(ConditionType.READY, ConditionStatus.TRUE, "Ready");
  }

  /** Two answer, and one of them refuses: half of the sessions of users are refused. */
  @Test
  void oneOfSeveralPoolersThatRefusesIsNamed() {
    World world = World.running(set);
    settled();
    SessionView view =
        new SessionView(
            Optional.of("SASL authentication failed, SQLSTATE 08P01"), Optional.of("kn-pooler-x"));
    set.setStatus(status(through(world, view), Outcome.NONE));
    expect(ConditionType.READY, ConditionStatus.FALSE, "PoolerUnavailable");
    assertThat(message(ConditionType.READY))
        .isEqualTo(
            "Sessions of applications that meet pooler kn-pooler-x are refused: s1: SASL"
                + " authentication failed, SQLSTATE 08P01. It is tried again every few seconds; if"
                + " this lasts, have it replaced: kubectl -n demo delete pod kn-pooler-x.");
  }

  private Observed through(World world, Optional<String> refusal) {
    return through(world, new SessionView(refusal, Optional.empty()));
  }

  private Observed through(World world, SessionView view) {
    Observed observed = world.observed();
    return observed.with(
        observed.facts().with(SessionView.FACT, Blueprint.target(set, "s1"), view, observed.now()));
  }

  private ShardSetStatus status(World world, Outcome outcome) {
    return status(world.observed(), outcome);
  }

  private ShardSetStatus status(Observed observed, Outcome outcome) {
    Pass<ShardSet> pass =
        new Pass<>(
            set,
            observed,
            Round.none(List.of()),
            new Plan(List.of(), List.of(), List.of(), List.of(), Optional.empty()),
            outcome,
            false,
            observed.now());
    return ShardSetStatusCalculator.calculate(pass, Set.of());
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
                + "knowledgenetwork.dev/shardset=kn --prefix --tail=100.");
    world.pod("s1", 0, "primary", false);
    see(world);
    assertThat(message(ConditionType.READY))
        .isEqualTo(
            "No writable primary yet in s1: one is expected within a minute; if not, read why:"
                + " kubectl -n demo logs -l app.kubernetes.io/name=postgres,"
                + "knowledgenetwork.dev/shard=s1,knowledgenetwork.dev/shardset=kn --prefix"
                + " --tail=100.");
  }
}
