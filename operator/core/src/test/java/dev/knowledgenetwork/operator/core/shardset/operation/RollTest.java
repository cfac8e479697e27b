package dev.knowledgenetwork.operator.core.shardset.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.OperationPhase;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.World;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniDrift;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import dev.knowledgenetwork.operator.core.workload.Readiness;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyOnPodConditionsPattern;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RollTest {

  private static final String MORE = "instances: 3, resources: {limits: {memory: 2Gi}}";
  private static final String FATAL =
      "FATAL:  could not map anonymous shared memory: Cannot allocate memory\n";

  private final World world = World.running(Sets.small("instances: 3"));

  @Test
  void aChangeIsTriedFirstThenBroughtToOneInstanceAfterTheOther() {
    world.spec(Sets.smallSpec(MORE)).settle();
    assertThat(world.log())
        .containsExactly(
            "kn-s0: trial succeeded",
            "s0: kn-s0-2 is replaced",
            "s0: kn-s0-1 is replaced",
            "s0: kn-s0-0 hands over to kn-s0-1",
            "s0: kn-s0-0 is replaced");
    isRolled(world);
  }

  @Test
  void untilTheTrialSucceededTheShardKeepsAllItHas() {
    PodTemplateSpec template = template();
    ConfigMap files = world.get(ConfigMap.class, "kn-s0");
    world.spec(Sets.smallSpec(MORE)).pass();
    world.act();
    world.pass();
    world.act();
    assertThat(template()).isEqualTo(template);
    assertThat(world.get(ConfigMap.class, "kn-s0").getData()).isEqualTo(files.getData());
    assertThat(settings(world))
        .containsEntry("shared_buffers", "256MB")
        .containsEntry("effective_cache_size", "768MB")
        .containsEntry("work_mem", "4MB");
    Job job = world.children().all(Job.class).findFirst().orElseThrow();
    assertThat(job.getMetadata().getName()).startsWith("kn-s0-try-");
    assertThat(world.get(ConfigMap.class, job.getMetadata().getName()).getData().values())
        .singleElement()
        .asString()
        .contains("shared_buffers: \"512MB\"");
  }

  @Test
  void aChangeThatDoesNotStartIsNotAppliedAndPostgresqlSaysWhy() {
    PodTemplateSpec template = template();
    world.trialsEnd(FATAL).spec(Sets.smallSpec(MORE)).settle();
    assertThat(world.log()).containsExactly("kn-s0: trial failed");
    assertThat(template()).isEqualTo(template);
    assertThat(settings(world)).containsEntry("shared_buffers", "256MB");
    String job = world.children().all(Job.class).findFirst().orElseThrow().getMetadata().getName();
    Condition stalled = condition(world, ConditionType.STALLED);
    assertThat(stalled.reason()).isEqualTo("TrialFailed");
    assertThat(stalled.message())
        .isEqualTo(
            ("The change does not start, so s0 keeps what it has: FATAL: could not map anonymous"
                    + " shared memory: Cannot allocate memory. Correct the spec, or have the same"
                    + " tried again: kubectl -n demo delete job %1$s; for more: kubectl -n demo logs"
                    + " job/%1$s.")
                .formatted(job));
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.READY)).isTrue();
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.RECONCILING)).isFalse();
  }

  @Test
  void aChangeThatIsTakenBackEndsTheRollAndLeavesNothing() {
    world.trialsEnd(FATAL).spec(Sets.smallSpec(MORE)).settle();
    world.spec(Sets.smallSpec("instances: 3")).settle();
    assertThat(world.operations()).isEmpty();
    assertThat(world.children().all(Job.class)).isEmpty();
    assertThat(world.log()).containsExactly("kn-s0: trial failed");
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.STALLED)).isFalse();
  }

  @Test
  void aCorrectedChangeIsTriedAnew() {
    world.trialsEnd(FATAL).spec(Sets.smallSpec(MORE)).settle();
    world.trialsEnd("").spec(Sets.smallSpec(MORE.replace("2Gi", "3Gi"))).settle();
    assertThat(world.log()).startsWith("kn-s0: trial failed", "kn-s0: trial succeeded").hasSize(6);
    assertThat(world.outdated("s0")).isEmpty();
    assertThat(settings(world)).containsEntry("shared_buffers", "768MB");
  }

  @Test
  void aSpecThatChangesWhileInstancesAreReplacedIsTriedAnew() {
    world.spec(Sets.smallSpec(MORE));
    while (world.log().size() < 2) {
      world.step();
    }
    world.trialsEnd(FATAL).spec(Sets.smallSpec(MORE.replace("2Gi", "900Gi"))).settle();
    assertThat(world.log())
        .containsExactly(
            "kn-s0: trial succeeded", "s0: kn-s0-2 is replaced", "kn-s0: trial failed");
    assertThat(settings(world)).containsEntry("shared_buffers", "512MB");

    world.trialsEnd("").spec(Sets.smallSpec(MORE)).settle();
    assertThat(world.log().subList(3, world.log().size()))
        .as("what was tried before is not tried again, and what has it is left")
        .containsExactly(
            "s0: kn-s0-1 is replaced",
            "s0: kn-s0-0 hands over to kn-s0-1",
            "s0: kn-s0-0 is replaced");
    isRolled(world);
  }

  @Test
  void anInstanceThatDoesNotStartStopsTheRollBeforeTheOthers() {
    world.starts("kn-s0-2", false).spec(Sets.smallSpec(MORE)).settle();
    assertThat(world.log()).containsExactly("kn-s0: trial succeeded", "s0: kn-s0-2 is replaced");
    assertThat(world.outdated("s0")).containsExactlyInAnyOrder("kn-s0-0", "kn-s0-1");
    assertThat(condition(world, ConditionType.RECONCILING).reason()).isEqualTo("Roll");
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.READY)).isTrue();

    world.starts("kn-s0-2", true).settle();
    isRolled(world);
  }

  @Test
  void whateverElseIsAskedForAChangeIsTakenBackFirst() {
    brokenAtTheLast();
    for (String asked : List.of(Annotations.RESTART, Annotations.SWITCHOVER)) {
      world.annotate(asked, "s0");
    }
    world.settle();
    world.spec(Sets.smallSpec("instances: 3")).settle();
    assertThat(world.outdated("s0")).isEmpty();
    assertThat(settings(world)).containsEntry("shared_buffers", "256MB");
    assertThat(world.operations())
        .extracting(OperationState::phase)
        .containsOnly(OperationPhase.SUCCEEDED);
  }

  @Test
  void aSwitchoverWithoutAPrimaryLetsAChangeGoFirst() {
    world.patroni(
        "s0",
        new PatroniView(
            List.of(
                new Member("kn-s0-0", "replica", "stopped"),
                new Member("kn-s0-1", "replica", "stopped"),
                new Member("kn-s0-2", "replica", "stopped")),
            world.config("s0")));
    world.annotate(Annotations.SWITCHOVER, "s0").pass();
    assertThat(world.operations()).extracting(OperationState::step).containsExactly("Choose");
    world.spec(Sets.smallSpec(MORE)).pass();
    assertThat(world.operations())
        .filteredOn(state -> state.type().equals("Switchover"))
        .extracting(OperationState::step)
        .as("it claims nothing any more")
        .containsExactly("Yield");
  }

  @Test
  void whileThereAreMoreThanAreToBeTheLastHealthyOneIsNotReplaced() {
    brokenAtTheLast();
    String healthy = world.uids("s0").get("kn-s0-0");
    world.patroni(
        "s0",
        new PatroniView(
            List.of(
                new Member("kn-s0-0", "quorum_standby", "streaming"),
                new Member("kn-s0-1", "leader", "running")),
            world.config("s0")));
    world.spec(Sets.smallSpec(MORE.replace("instances: 3", "instances: 1")));
    while (world.uids("s0").size() > 1) {
      world.step();
      assertThat(world.uids("s0")).containsEntry("kn-s0-0", healthy);
    }
    assertThat(world.log()).contains("s0: kn-s0-1 hands over to kn-s0-0");
  }

  /**
   * The trial was fine, as it has no volume that is tied to a node; the instance does not start.
   */
  private void brokenAtTheLast() {
    world.spec(Sets.smallSpec(MORE));
    while (world.outdated("s0").isEmpty()) {
      world.step();
    }
    world.templateIsBroken("s0").settle();
    assertThat(world.outdated("s0")).containsExactlyInAnyOrder("kn-s0-0", "kn-s0-1");
  }

  @Test
  void whoIsToGoIsNotWaitedForSoThatMoreThanFindANodeCanBeTakenBack() {
    world.starts("kn-s0-3", false);
    world.spec(Sets.smallSpec(MORE.replace("instances: 3", "instances: 4"))).settle();
    assertThat(world.operations())
        .extracting(OperationState::message)
        .containsExactly("Waits until kn-s0-3 serves.");
    world.spec(Sets.smallSpec(MORE)).settle();
    isRolled(world);
    assertThat(world.uids("s0")).containsOnlyKeys("kn-s0-0", "kn-s0-1", "kn-s0-2");
  }

  @Test
  void aTrialAsksForWhatTheInstancesWillNeedMoreAndAnEvictionIsNoVerdict() {
    world.spec(
        Sets.smallSpec(
            "instances: 3, resources: {requests: {memory: 3Gi}, limits: {memory: 8Gi}}"));
    world.pass();
    Job job = world.children().all(Job.class).findFirst().orElseThrow();
    Quantity before =
        template().getSpec().getContainers().getFirst().getResources().getRequests().get("memory");
    Quantity asked =
        job.getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst()
            .getResources()
            .getRequests()
            .get("memory");
    assertThat(asked.getNumericalAmount().add(before.getNumericalAmount()))
        .isEqualByComparingTo(new Quantity("3Gi").getNumericalAmount());
    assertThat(job.getSpec().getPodFailurePolicy().getRules())
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(rule.getAction()).isEqualTo("Ignore");
              assertThat(rule.getOnPodConditions())
                  .extracting(PodFailurePolicyOnPodConditionsPattern::getType)
                  .containsExactly("DisruptionTarget");
            });
    assertThat(job.getSpec().getTemplate().getSpec().getActiveDeadlineSeconds()).isEqualTo(900L);
  }

  @Test
  void whatThePodsOfTheSpecCarryTheirTrialCarriesToo() {
    world.spec(
        Sets.smallSpec("instances: 3, podAnnotations: {sidecar: 'no'}, podLabels: {team: data}"));
    world.pass();
    Job job = world.children().all(Job.class).findFirst().orElseThrow();
    assertThat(job.getSpec().getTemplate().getMetadata().getAnnotations())
        .containsEntry("sidecar", "no");
    assertThat(job.getSpec().getTemplate().getMetadata().getLabels()).containsEntry("team", "data");
  }

  @Test
  void oneShardIsTriedAfterTheOtherSoThatAChangeThatFailsFailsOnce() {
    World two = World.running(Sets.set(Sets.shardsSpec(2, "instances: 3")));
    two.trialsEnd(FATAL).spec(Sets.shardsSpec(2, MORE)).settle();
    assertThat(two.log()).containsExactly("kn-s0: trial failed");
    two.annotate(Annotations.SWITCHOVER, "s1").settle();
    assertThat(two.log()).as("nobody else waits").contains("s1: kn-s1-0 hands over to kn-s1-1");
  }

  @Test
  void anInstanceThatDoesNotStartGetsTheNextRecipeFirst() {
    world.starts("kn-s0-2", false).spec(Sets.smallSpec(MORE)).settle();
    world.spec(Sets.smallSpec(MORE.replace("2Gi", "3Gi")));
    while (world.log().size() < 4) {
      world.step();
    }
    assertThat(world.log()).endsWith("kn-s0: trial succeeded", "s0: kn-s0-2 is replaced");
    world.starts("kn-s0-2", true).settle();
    assertThat(world.outdated("s0")).isEmpty();
  }

  @Test
  void whatNeedsNoRestartReplacesNothing() {
    world.spec(Sets.smallSpec("instances: 3, parameters: {work_mem: 64MB}")).settle();
    assertThat(world.log()).isEmpty();
    assertThat(settings(world)).containsEntry("work_mem", "64MB");
  }

  @Test
  void aSetOfOneInstanceIsRolledToo() {
    World alone = World.running(Sets.small("instances: 1"));
    alone.spec(Sets.smallSpec(MORE.replace("3,", "1,"))).settle();
    assertThat(alone.log()).containsExactly("kn-s0: trial succeeded", "s0: kn-s0-0 is replaced");
    isRolled(alone);
  }

  @Test
  void atNoMomentIsMoreThanOneInstanceAwayNorOneShardRolledBesideAnother() {
    World two = World.running(Sets.set(Sets.shardsSpec(2, "instances: 3")));
    two.spec(Sets.shardsSpec(2, MORE));
    long most = 0;
    for (int i = 0; i < 500; i++) {
      two.quarter(i);
      most = Math.max(most, away(two));
    }
    assertThat(most).isEqualTo(1);
    assertThat(two.log()).hasSize(10).noneMatch(line -> line.contains("is lost"));
    assertThat(Stream.of("s0", "s1").flatMap(shard -> two.outdated(shard).stream())).isEmpty();
    assertThat(two.operations()).isEmpty();
  }

  @Test
  void aShardThatWaitsForItsTurnKeepsWhatItHas() {
    World two = World.running(Sets.set(Sets.shardsSpec(2, "instances: 3")));
    two.starts("kn-s0-2", false).spec(Sets.shardsSpec(2, MORE)).settle();
    assertThat(two.operations())
        .extracting(OperationState::message)
        .containsExactly("Waits until kn-s0-2 serves.", "Waits for Roll of ShardSet demo/kn s0.");
    assertThat(PatroniDrift.parameters(two.config("s1"))).containsEntry("shared_buffers", "256MB");
    assertThat(two.outdated("s1")).as("its template is as before").isEmpty();
  }

  @Test
  void oneShardSetOfANamespaceIsRolledAfterTheOther() {
    World other = World.running(Sets.named("another", Sets.smallSpec("instances: 3")));
    world.beside(other);
    other.beside(world);
    other.starts("another-s0-2", false).spec(Sets.smallSpec(MORE)).settle();
    world.spec(Sets.smallSpec(MORE)).settle();
    assertThat(world.log()).containsExactly("kn-s0: trial succeeded");
    assertThat(world.operations())
        .extracting(OperationState::message)
        .containsExactly("Waits for Roll of ShardSet demo/another s0.");
    other.starts("another-s0-2", true).settle();
    world.settle();
    isRolled(world);
  }

  @Test
  void aPodThatIsStillOfAnOlderTemplateIsFoundAgainWithoutAnyStatus() {
    world.spec(Sets.smallSpec(MORE));
    while (world.log().size() < 2) {
      world.step();
    }
    world.forgetOperations().settle();
    assertThat(world.log()).as("it is not tried again").hasSize(5);
    isRolled(world);
  }

  @Test
  void itEndsWhateverIsLostWhenever() {
    Losses.atEachMoment(
        () -> World.running(Sets.small("instances: 3")).spec(Sets.smallSpec(MORE)),
        after -> {
          isRolled(after);
          assertThat(after.log()).noneMatch(line -> line.contains("is lost"));
          assertThat(after.log()).filteredOn(line -> line.contains("replaced")).hasSize(3);
        });
  }

  private static void isRolled(World world) {
    assertThat(world.outdated("s0")).isEmpty();
    assertThat(world.operations()).isEmpty();
    assertThat(world.children().all(Job.class)).as("trials").isEmpty();
    assertThat(settings(world)).containsEntry("shared_buffers", "512MB");
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.READY)).isTrue();
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.RECONCILING)).isFalse();
  }

  private static Map<String, Object> settings(World world) {
    return PatroniDrift.parameters(world.config("s0"));
  }

  private static long away(World world) {
    long ready =
        world
            .children()
            .all(Pod.class)
            .filter(pod -> pod.getMetadata().getName().matches("kn-s.-[0-9]"))
            .filter(Readiness::isReady)
            .count();
    return 6 - ready;
  }

  private PodTemplateSpec template() {
    return world.get(StatefulSet.class, "kn-s0").getSpec().getTemplate();
  }

  private static Condition condition(World world, ConditionType type) {
    return Conditions.find(world.status().conditions(), type).orElseThrow();
  }
}
